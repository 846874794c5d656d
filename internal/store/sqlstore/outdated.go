package sqlstore

import (
	"context"
	"crypto/sha256"

	"github.com/stance-sec/stance/internal/store"
)

// leaveOut leaves out what is said of resources that are no longer as they were judged:
// judging takes a while, and what was judged later on may have been kept before.
func (j *judging) leaveOut(ctx context.Context) error {
	j.now, j.keys = j.all, j.judged.Keys
	if j.judged.Bodies == nil {
		return nil
	}
	bodies, err := j.bodies(ctx)
	if err != nil {
		return err
	}
	fits := map[string]bool{}
	j.keys = nil
	for _, k := range j.judged.Keys {
		sum, there := j.judged.Bodies[k]
		if fits[k.ID] = sameBody(bodies[k.ID], sum, there); fits[k.ID] {
			j.keys = append(j.keys, k)
		}
	}
	j.now = make(map[string]*said, len(j.all))
	for key, f := range j.all {
		if fits[f.Resource.ID] {
			j.now[key] = f
		}
	}
	return nil
}

// sameBody reports whether a resource that was judged, or was judged to be gone, is that
// still.
func sameBody(now []hash, judged [sha256.Size]byte, there bool) bool {
	for _, h := range now {
		if h == hash(judged[:len(h)]) {
			return true
		}
	}
	return !there && len(now) == 0
}

// bodies returns what the resources that were judged are now; nothing for those that are
// gone, several for one that stands in several scopes.
func (j *judging) bodies(ctx context.Context) (map[string][]hash, error) {
	bodies := map[string][]hash{}
	return bodies, eachChunk(j.judged.Keys, func(some []store.Key) error {
		args := []any{text(j.judged.Account)}
		for _, k := range some {
			args = append(args, text(k.ID))
		}
		_, err := collect(ctx, j.q, func(r scanner) (struct{}, error) {
			var id text
			var sum []byte
			var h hash
			err := r.Scan(&id, &sum)
			copy(h[:], sum)
			bodies[string(id)] = append(bodies[string(id)], h)
			return struct{}{}, err
		}, `SELECT id, hash FROM resource WHERE account = ? AND gone = 0 AND id IN `+marks(len(some)), args...)
		return err
	})
}
