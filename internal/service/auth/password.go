package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// What hashing a password takes: OWASP's password storage cheat sheet, Argon2id.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// newPassword returns 130 random bits in groups that people can type.
func newPassword() string {
	text := strings.ToLower(rand.Text())
	return text[:7] + "-" + text[7:13] + "-" + text[13:19] + "-" + text[19:]
}

// newSecret returns 256 random bits as text.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hash returns a password's hash with its parameters.
func (s *Service) hash(password string) string {
	var salt [argonSalt]byte
	_, _ = rand.Read(salt[:]) // it never fails
	key := s.argon(password, salt[:], argonTime, argonMemory, argonThreads)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt[:]), base64.RawStdEncoding.EncodeToString(key))
}

func (s *Service) argon(password string, salt []byte, time, memory uint32, threads uint8) []byte {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, argonKey)
}

// matches reports whether a password has a hash. It takes as long when there is none.
func (s *Service) matches(password, hash string) bool {
	var version int
	var time, memory uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	const want = 6
	if len(parts) == want && parts[1] == "argon2id" {
		_, verr := fmt.Sscanf(parts[2], "v=%d", &version)
		_, perr := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads)
		salt, serr := base64.RawStdEncoding.DecodeString(parts[4])
		key, kerr := base64.RawStdEncoding.DecodeString(parts[5])
		if verr == nil && perr == nil && serr == nil && kerr == nil && version == argon2.Version && time > 0 && threads > 0 {
			return subtle.ConstantTimeCompare(s.argon(password, salt, time, memory, threads), key) == 1
		}
	}
	s.argon(password, make([]byte, argonSalt), argonTime, argonMemory, argonThreads)
	return false
}

// ResetPassword gives a local user a new random password, and ends what was open.
func (s *Service) ResetPassword(ctx context.Context, id string) (string, error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return "", err
	}
	if u.Issuer != "" {
		return "", estate.Errorf(estate.CodeInvalid, "reset a password", "the user signs in with an identity provider")
	}
	password := newPassword()
	u.Password = s.hash(password)
	if err := s.store.PutUser(ctx, u); err != nil {
		return "", err
	}
	return password, s.revokeAll(ctx, id, "")
}

// ChangePassword replaces a password that the caller knows, and ends all else that is open.
func (s *Service) ChangePassword(ctx context.Context, caller Caller, old, fresh string) error {
	const op = "change a password"
	u, err := s.store.User(ctx, caller.User)
	if err != nil {
		return err
	}
	if err := s.attempts.allow(s.now(), u.ID, RequestOf(ctx).Address); err != nil {
		return err
	}
	if !s.matches(old, u.Password) {
		s.attempts.fail(s.now(), u.ID, RequestOf(ctx).Address)
		return estate.Errorf(estate.CodeInvalid, op, "the old password is wrong")
	}
	u.Password = s.hash(fresh)
	if err := s.store.PutUser(ctx, u); err != nil {
		return err
	}
	return s.revokeAll(ctx, u.ID, caller.Credential)
}

// SignIn opens a session for a local user. Every refusal says the same and takes as long.
func (s *Service) SignIn(ctx context.Context, name, password string) (Session, error) {
	const op = "sign in"
	id, address := idOf(name), RequestOf(ctx).Address
	if err := s.attempts.allow(s.now(), id, address); err != nil {
		return Session{}, err
	}
	u, err := s.store.User(ctx, id)
	if err != nil && estate.CodeOf(err) != estate.CodeNotFound {
		return Session{}, err
	}
	if good := s.matches(password, u.Password); !good || err != nil || !u.Disabled.IsZero() {
		s.attempts.fail(s.now(), id, address)
		if err := s.note(ctx, "", "session.refuse", id); err != nil {
			return Session{}, err
		}
		return Session{}, estate.Errorf(estate.CodeUnauthorized, op, "the name or the password is wrong")
	}
	s.attempts.forget(id, address)
	return s.open(ctx, u)
}

// open opens a new session and ends the one that the request came with.
func (s *Service) open(ctx context.Context, u store.User) (Session, error) {
	if before := CallerOf(ctx); before.Kind == KindSession {
		if err := s.Revoke(ctx, before.User, before.Credential); err != nil && estate.CodeOf(err) != estate.CodeNotFound {
			return Session{}, err
		}
	}
	now := s.now()
	base, turn := newSecret(), newSecret()
	c := store.Credential{
		Hash: hashOf(base), ID: "session-" + strings.ToLower(rand.Text()), User: u.ID, Kind: KindSession,
		Data: turns{Current: hashOf(turn), Since: now}.encode(), Created: now, Seen: now, Expires: now.Add(s.life),
	}
	if err := s.note(ctx, u.ID, "session.open", c.ID); err != nil {
		return Session{}, err
	}
	u.Seen = now
	if err := s.store.PutUser(ctx, u); err != nil {
		return Session{}, err
	}
	if err := s.store.PutCredential(ctx, c); err != nil {
		return Session{}, err
	}
	return Session{Value: base + "." + turn, Lasts: s.life, Caller: callerOf(&u, &c, base)}, nil
}
