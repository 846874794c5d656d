package auth

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Store keeps users, credentials and the audit log.
type Store interface {
	store.Users
	Append(ctx context.Context, e store.Entry) (store.Entry, error)
}

// Options tune a Service. The zero value of each field but Now means the default.
type Options struct {
	// Idle ends a session that was not used for so long (8 hours), Life any session (72
	// hours). After Rotate (30 minutes) its cookie gets another value.
	Idle, Life, Rotate time.Duration
	// OIDC is the identity provider; nil for none.
	OIDC *OIDC
	// Client asks the identity provider; nil for one with a timeout of 10 seconds.
	Client *http.Client
	Now    func() time.Time
}

// Service signs people and programs in. It may be used concurrently.
type Service struct {
	store              Store
	idle, life, rotate time.Duration
	now                func() time.Time
	oidc               *flow
	attempts           *attempts
	hashing            chan struct{} // bounds the memory that hashing takes
	rotating           sync.Mutex
}

// The defaults, and how long the value that a cookie had before still counts: requests
// that were on their way carry it.
const (
	defaultIdle   = 8 * time.Hour
	defaultLife   = 72 * time.Hour
	defaultRotate = 30 * time.Minute
	rotateGrace   = time.Minute
	seenEvery     = time.Minute
	mostHashing   = 4
	mostTokens    = 100
)

// New returns a Service over a store.
func New(s Store, o Options) *Service {
	return &Service{
		store: s, idle: cmp.Or(o.Idle, defaultIdle), life: cmp.Or(o.Life, defaultLife), rotate: cmp.Or(o.Rotate, defaultRotate), now: o.Now,
		oidc: newFlow(o), attempts: newAttempts(), hashing: make(chan struct{}, mostHashing),
	}
}

// FirstAdmin makes the user admin when there are no users, and returns the password, which
// is kept nowhere. It returns no password when there are users.
func (s *Service) FirstAdmin(ctx context.Context) (password string, err error) {
	users, err := s.store.ListUsers(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	if err := s.note(ctx, "server", "user.create", "admin"); err != nil {
		return "", err
	}
	_, password, err = s.CreateUser(ctx, store.User{Name: "admin", Role: string(Admin)}, true)
	return password, err
}

// CreateUser adds a user under an id made of the name. A local user gets a random
// password, which is returned and kept nowhere.
func (s *Service) CreateUser(ctx context.Context, u store.User, local bool) (store.User, string, error) {
	const op = "add a user"
	u.ID, u.Created = idOf(u.Name), s.now()
	if u.ID == "" || !slices.Contains(Roles(), Role(u.Role)) {
		return store.User{}, "", estate.Errorf(estate.CodeInvalid, op, "it takes a name with letters or digits, and a role")
	}
	switch _, err := s.store.User(ctx, u.ID); estate.CodeOf(err) {
	case estate.CodeNotFound:
	case "":
		return store.User{}, "", estate.Errorf(estate.CodeInvalid, op, "there is a user %q already", u.ID)
	default:
		return store.User{}, "", err
	}
	password := ""
	if local {
		password = newPassword()
		u.Password = s.hash(password)
	}
	return u, password, s.store.PutUser(ctx, u)
}

// idOf makes an id that people can read and type.
func idOf(name string) string {
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '@', r == '-':
			return r
		default:
			return '-'
		}
	}, strings.ToLower(strings.TrimSpace(name)))
	return strings.Trim(id[:min(len(id), 100)], "-._@")
}

// ChangeUser changes a user. The last user who may administer stays one. The sessions and
// tokens of who is disabled end.
func (s *Service) ChangeUser(ctx context.Context, id string, change func(*store.User) error) (store.User, error) {
	const op = "change a user"
	u, err := s.store.User(ctx, id)
	if err != nil {
		return store.User{}, err
	}
	if err := change(&u); err != nil {
		return store.User{}, err
	}
	if !slices.Contains(Roles(), Role(u.Role)) {
		return store.User{}, estate.Errorf(estate.CodeInvalid, op, "there is no role %q", u.Role)
	}
	if !administers(&u) {
		users, err := s.store.ListUsers(ctx)
		if err != nil {
			return store.User{}, err
		}
		if !slices.ContainsFunc(users, func(other store.User) bool { return other.ID != id && administers(&other) }) {
			return store.User{}, estate.Errorf(estate.CodeInvalid, op, "nobody would be left to administer this server")
		}
	}
	if err := s.store.PutUser(ctx, u); err != nil || u.Disabled.IsZero() {
		return u, err
	}
	return u, s.revokeAll(ctx, id, "")
}

// administers reports whether a user may do everything.
func administers(u *store.User) bool {
	return u.Disabled.IsZero() && Role(u.Role) == Admin && u.Accounts == nil && u.Owners == nil
}

// revokeAll ends all sessions and tokens of a user, but for one.
func (s *Service) revokeAll(ctx context.Context, user, but string) error {
	for _, kind := range []string{KindSession, KindToken} {
		all, err := s.store.Credentials(ctx, user, kind)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Revoked.IsZero() && c.ID != but {
				c.Revoked = s.now()
				if err := s.store.PutCredential(ctx, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Revoke ends a session or token of a user by its id.
func (s *Service) Revoke(ctx context.Context, user, id string) error {
	for _, kind := range []string{KindSession, KindToken} {
		all, err := s.store.Credentials(ctx, user, kind)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.ID == id {
				c.Revoked = s.now()
				return s.store.PutCredential(ctx, c)
			}
		}
	}
	return estate.Errorf(estate.CodeNotFound, "end a session or token", "there is none of that id")
}

// note appends to the audit log.
func (s *Service) note(ctx context.Context, actor, action, subject string) error {
	r := RequestOf(ctx)
	_, err := s.store.Append(ctx, store.Entry{At: s.now(), Actor: actor, Action: action, Subject: subject, Request: r.ID, Address: r.Address})
	return err
}
