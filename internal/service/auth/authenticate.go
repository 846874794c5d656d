package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// turns are the values that the cookie of a session has had. Only the last is good, and
// the one before for a moment.
type turns struct {
	Current  string    `json:"current"`
	Previous string    `json:"previous,omitempty"`
	Since    time.Time `json:"since"`
}

func (t turns) encode() json.RawMessage {
	data, _ := json.Marshal(t) // texts and a time always encode
	return data
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func callerOf(u *store.User, c *store.Credential, base string) Caller {
	caller := Caller{
		User: u.ID, Name: u.Name, Role: Role(u.Role), See: store.Visible{OnlyAccounts: u.Accounts, OnlyOwners: u.Owners},
		Credential: c.ID, Kind: c.Kind,
	}
	if c.Kind == KindToken {
		caller.Role = least(caller.Role, Role(c.Role))
	} else {
		caller.CSRF = hashOf("csrf\x00" + base)
	}
	return caller
}

// Authenticate says who a request comes from: a Caller with the role Nobody when it brings
// nothing, CodeUnauthorized when it brings what is not good. When fresh is not nil, the
// answer has to set it.
func (s *Service) Authenticate(ctx context.Context, r *http.Request) (caller Caller, fresh *Session, err error) {
	if header := r.Header.Get("Authorization"); header != "" {
		secret, ok := strings.CutPrefix(header, "Bearer ")
		if !ok || !strings.HasPrefix(secret, TokenPrefix) {
			return CallerOf(context.Background()), nil, refused("the header Authorization holds no API token")
		}
		caller, err = s.token(ctx, secret)
		return caller, nil, err
	}
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" {
		return CallerOf(context.Background()), nil, nil
	}
	return s.session(ctx, cookie.Value)
}

func refused(format string, args ...any) error {
	return estate.Errorf(estate.CodeUnauthorized, "see who asks", format, args...).WithHint("sign in again")
}

// token finds who a token is of.
func (s *Service) token(ctx context.Context, secret string) (Caller, error) {
	c, u, err := s.find(ctx, secret, KindToken)
	if err != nil {
		return CallerOf(context.Background()), err
	}
	if s.now().Sub(c.Seen) >= seenEvery {
		c.Seen = s.now()
		if err := s.store.PutCredential(ctx, c); err != nil {
			return CallerOf(context.Background()), err
		}
	}
	return callerOf(&u, &c, ""), nil
}

// find returns a credential that holds, and its user.
func (s *Service) find(ctx context.Context, secret, kind string) (store.Credential, store.User, error) {
	c, err := s.store.Credential(ctx, hashOf(secret))
	if err == nil && (c.Kind != kind || !c.Revoked.IsZero() || !s.now().Before(c.Expires)) {
		err = estate.Errorf(estate.CodeNotFound, "find a credential", "it has ended")
	}
	var u store.User
	if err == nil {
		u, err = s.store.User(ctx, c.User)
	}
	if err == nil && !u.Disabled.IsZero() {
		err = estate.Errorf(estate.CodeNotFound, "find a credential", "its user is disabled")
	}
	if estate.CodeOf(err) == estate.CodeNotFound {
		return c, u, refused("the %s is not good, or has ended", kind)
	}
	return c, u, err
}

// session finds who a session is of, and gives its cookie another value now and then. Who
// brings a value that the cookie no longer has ends the session: it was stolen from one of
// two.
func (s *Service) session(ctx context.Context, value string) (Caller, *Session, error) {
	caller, fresh, due, err := s.lookAt(ctx, value, false)
	if !due {
		return caller, fresh, err
	}
	s.rotating.Lock() // one value is made where many requests come at once
	defer s.rotating.Unlock()
	caller, fresh, _, err = s.lookAt(ctx, value, true)
	return caller, fresh, err
}

// lookAt does so. When something is due to be written of the session and it may not, it says
// so and does nothing: two that write at once would undo each other.
func (s *Service) lookAt(ctx context.Context, value string, mayWrite bool) (caller Caller, fresh *Session, due bool, err error) {
	nobody := CallerOf(context.Background())
	base, turn, ok := strings.Cut(value, ".")
	if !ok {
		return nobody, nil, false, refused("the session is not good")
	}
	c, u, err := s.find(ctx, base, KindSession)
	if err != nil {
		return nobody, nil, false, err
	}
	now := s.now()
	if now.Sub(c.Seen) >= s.idle {
		return nobody, nil, false, refused("the session was not used for too long")
	}
	var known turns
	if err := json.Unmarshal(c.Data, &known); err != nil {
		return nobody, nil, false, refused("the session is not good")
	}
	given := hashOf(turn)
	old := equal(given, known.Previous)
	if !equal(given, known.Current) && (!old || now.Sub(known.Since) >= rotateGrace) {
		if old {
			c.Revoked = now
			if err := s.note(ctx, u.ID, "session.stolen", c.ID); err != nil {
				return nobody, nil, false, err
			}
			if err := s.store.PutCredential(ctx, c); err != nil {
				return nobody, nil, false, err
			}
		}
		return nobody, nil, false, refused("the session is not good")
	}
	turning := !old && now.Sub(known.Since) >= s.rotate
	if due = turning || now.Sub(c.Seen) >= seenEvery; due && !mayWrite {
		return nobody, nil, true, nil
	}
	caller = callerOf(&u, &c, base)
	if fresh, err = s.keep(ctx, &c, known, base, turning); err != nil {
		return nobody, nil, false, err
	}
	if fresh != nil {
		fresh.Caller = caller
	}
	return caller, fresh, due, nil
}

// keep notes that a session was used, and turns its value when that is due.
func (s *Service) keep(ctx context.Context, c *store.Credential, known turns, base string, turning bool) (*Session, error) {
	now := s.now()
	if !turning && now.Sub(c.Seen) < seenEvery {
		return nil, nil //nolint:nilnil // nothing to set is no error
	}
	c.Seen = now
	var fresh *Session
	if turning { // the caller holds s.rotating
		turn := newSecret()
		c.Data = turns{Current: hashOf(turn), Previous: known.Current, Since: now}.encode()
		fresh = &Session{Value: base + "." + turn, Lasts: c.Expires.Sub(now)}
	}
	return fresh, s.store.PutCredential(ctx, *c)
}

// SignOut ends the session that a caller came with.
func (s *Service) SignOut(ctx context.Context, caller Caller) error {
	if err := s.note(ctx, caller.User, "session.close", caller.Credential); err != nil {
		return err
	}
	return s.Revoke(ctx, caller.User, caller.Credential)
}
