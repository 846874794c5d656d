package aws

import (
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Session reads one account in one region. It makes clients when they are first
// asked for and is thrown away with them when its scopes are done, so that memory
// does not grow with accounts times regions times services. It may be used
// concurrently.
type Session struct {
	// Account is the twelve-digit id.
	Account string
	// Partition is aws, aws-cn or aws-us-gov.
	Partition string
	// Region is the region read, and the home region for global services.
	Region string
	// PathStyle asks S3 to put bucket names into the path, for endpoints that have
	// no name per bucket.
	PathStyle bool

	config  aws.Config
	clients *clients
	shared  *sync.Map
}

// clients are the SDK's clients of one account and region, by their type.
type clients struct {
	mu   sync.Mutex
	made map[string]any
}

// NewSession returns a session over an SDK configuration for account and region.
func NewSession(config aws.Config, partition, account, region string) *Session {
	config.Region = region
	return &Session{Account: account, Partition: partition, Region: region, config: config, clients: &clients{made: map[string]any{}}, shared: &sync.Map{}}
}

// afresh returns a session with the same clients that remembers no answers: what is read
// again must not come from before the change.
func (s *Session) afresh() *Session {
	fresh := *s
	fresh.shared = &sync.Map{}
	return &fresh
}

// Identity implements source.Session.
func (s *Session) Identity() (estate.Cloud, string, string) {
	return estate.AWS, s.Account, s.Region
}

// Client returns the session's client made by the SDK's constructor, the same for
// every call: aws.Client(s, s3.NewFromConfig).
func Client[C, O any](s *Session, construct func(aws.Config, ...func(*O)) *C, options ...func(*O)) *C {
	key := fmt.Sprintf("%T", (*C)(nil))
	s.clients.mu.Lock()
	defer s.clients.mu.Unlock()
	if c, ok := s.clients.made[key].(*C); ok {
		return c
	}
	c := construct(s.config, options...)
	s.clients.made[key] = c
	return c
}

// Clients returns the clients made so far, in no order, for doubles in tests.
func (s *Session) Clients() []any {
	s.clients.mu.Lock()
	defer s.clients.mu.Unlock()
	out := make([]any, 0, len(s.clients.made))
	for _, c := range s.clients.made {
		out = append(out, c)
	}
	return out
}

// Shared returns the answer of read, which is made once for the account and region
// however many types ask under the same key.
func Shared[T any](s *Session, key string, read func() (T, error)) (T, error) {
	v, _ := s.shared.LoadOrStore(key, &source.Once[T]{})
	once, ok := v.(*source.Once[T])
	if !ok {
		var zero T
		return zero, estate.Errorf(estate.CodeInternal, "share "+key, "the key stands for %T", v)
	}
	return once.Do(read)
}

// ARN returns arn:partition:service:region:account:resource.
func (s *Session) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.Account, resource)
}

// GlobalARN returns arn:partition:service::account:resource.
func (s *Session) GlobalARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", s.Partition, service, s.Account, resource)
}

// Value returns what p points at, or the zero value.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// Tags returns a tag list as a map; nil when it is empty.
func Tags[T any](tags []T, pair func(T) (key, value *string)) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		k, v := pair(t)
		m[Value(k)] = Value(v)
	}
	return m
}

// Texts returns a list of the SDK's enumeration values as plain text.
func Texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Pages calls next with the token of each page, none for the first, for lists of which
// the SDK has no paginator. It returns the first error.
func Pages(next func(token *string) (*string, error)) error {
	token, err := next(nil)
	for err == nil && Value(token) != "" {
		token, err = next(token)
	}
	return err
}
