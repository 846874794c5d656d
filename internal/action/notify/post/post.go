// Package post sends requests to receivers that speak HTTP, and turns what they answer
// into errors that say whether a later attempt may succeed.
//
// It follows no redirect, so that what a request holds goes nowhere else, reads a bounded
// part of an answer, and shows no address: that of a webhook is its password.
package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	// timeout bounds one request, the answer included.
	timeout = 30 * time.Second
	// mostAnswer bounds what is read of an answer, in bytes.
	mostAnswer = 1 << 20
)

// Sender sends requests for one channel. It is safe for concurrent use.
type Sender struct {
	channel string
	client  *http.Client
	secrets []notify.Secret
}

// New returns a sender for the channel of the given name, whose errors hold none of the
// secrets. A nil transport stands for the usual one.
func New(channel string, transport http.RoundTripper, secrets ...notify.Secret) *Sender {
	if transport == nil {
		transport = http.DefaultTransport
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Sender{channel, &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: stay}, secrets}
}

// Request is one request.
type Request struct {
	// Op is what is attempted, such as "create the ticket".
	Op string
	// Method is POST when it is empty.
	Method string
	// Address is the whole URL.
	Address notify.Secret
	// Header is added to the usual ones; it may be nil.
	Header http.Header
	// Body is sent as it is; nil sends none.
	Body []byte
}

// Response is an answer with a status of 200 to 299.
type Response struct {
	Status int
	// Body is at most the first mebibyte.
	Body []byte
}

// Decode reads the body as JSON. An answer that is not what the receiver documents is an
// error that a later attempt may not see.
func (r *Response) Decode(op string, into any) error {
	if err := json.Unmarshal(r.Body, into); err != nil {
		return estate.Errorf(estate.CodeUnavailable, op, "the answer is not the JSON that is documented")
	}
	return nil
}

// Do sends the request. See notify.Channel for its errors.
func (s *Sender) Do(ctx context.Context, r Request) (*Response, error) {
	op := "channel " + s.channel + ": " + r.Op
	req, err := newRequest(ctx, r)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "the address is not a URL")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnavailable, op, "%s", s.clean(cause(err), req.URL))
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil && res.StatusCode < 300 {
		return nil, estate.Errorf(estate.CodeUnavailable, op, "read the answer: %s", s.clean(cause(err), req.URL))
	}
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return &Response{res.StatusCode, body}, nil
	}
	return nil, s.refused(op, res, body, req.URL)
}

func newRequest(ctx context.Context, r Request) (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, r.Address.Reveal(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "stance")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	return req, nil
}

// cause returns the text of an error of the HTTP client without the address.
func cause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return err.Error()
}

// said bounds how much of an answer an error shows, in characters.
const said = 200

// clean returns the text on one line without the secrets and without the address.
func (s *Sender) clean(text string, address *url.URL) string {
	if len(text) > mostShown {
		text = text[:mostShown]
	}
	hide := append([]notify.Secret{
		notify.NewSecret(address.String()), notify.NewSecret(address.RequestURI()), notify.NewSecret(address.Path),
	}, s.secrets...)
	return notify.Line(notify.Redact(text, hide...), said)
}

// mostShown bounds what is searched for secrets before it is cut, in bytes.
const mostShown = 1 << 16
