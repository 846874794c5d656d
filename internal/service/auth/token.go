package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// TokenPrefix begins every API token, so that scanners for secrets know one when they see
// it.
const TokenPrefix = "stance_"

// CreateToken makes a token of a caller who came with a session. The secret is returned
// and kept nowhere. Its role is at most the caller's; the caller's when it is empty.
func (s *Service) CreateToken(ctx context.Context, caller Caller, name string, role Role, expires time.Time) (store.Credential, string, error) {
	const op = "make a token"
	if caller.Kind != KindSession {
		return store.Credential{}, "", estate.Errorf(estate.CodeDenied, op, "that takes a session, not a token")
	}
	if role == Nobody {
		role = caller.Role
	}
	if !caller.Role.Includes(role) {
		return store.Credential{}, "", estate.Errorf(estate.CodeDenied, op, "a token may not more than who makes it")
	}
	all, err := s.store.Credentials(ctx, caller.User, KindToken)
	if err != nil {
		return store.Credential{}, "", err
	}
	held := 0
	for i := range all {
		if all[i].Revoked.IsZero() && s.now().Before(all[i].Expires) {
			held++
		}
	}
	if held >= mostTokens {
		return store.Credential{}, "", estate.Errorf(estate.CodeInvalid, op, "you have %d tokens; revoke one first", held)
	}
	secret := TokenPrefix + newSecret()
	c := store.Credential{
		Hash: hashOf(secret), ID: "token-" + strings.ToLower(rand.Text()), User: caller.User, Kind: KindToken, Name: name, Role: string(role),
		Created: s.now(), Expires: expires.UTC(),
	}
	return c, secret, s.store.PutCredential(ctx, c)
}
