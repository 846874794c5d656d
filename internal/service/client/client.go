// Package client asks the API of a running server, as scripts and the command line do.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Client asks one server. It may be used concurrently.
type Client struct {
	// Server is its address, such as https://stance.example.
	Server string
	// Token is an API token.
	Token string
	// HTTP sends the requests; nil for one with a timeout of a minute.
	HTTP *http.Client
}

// mostAnswer bounds what is read of one answer, in bytes.
const mostAnswer = 256 << 20

// problem is what the API says when it refuses (RFC 9457).
type problem struct {
	Title   string `json:"title"`
	Detail  string `json:"detail"`
	Code    string `json:"code"`
	Hint    string `json:"hint"`
	Request string `json:"request"`
}

// Do sends a request to a path below /api/v1 and returns the body of the answer. A nil body
// sends none.
func (c *Client) Do(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	op := "ask the server"
	base, err := url.Parse(c.Server)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%q is no address of a server", c.Server).WithHint("name it as https://host, with --server or STANCE_SERVER")
	}
	target := base.JoinPath("api/v1", strings.TrimPrefix(path, "/"))
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	sender := c.HTTP
	if sender == nil {
		sender = &http.Client{Timeout: time.Minute}
	}
	response, err := sender.Do(request)
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnavailable, op, "%w", err).WithHint("is `stance serve` running there?")
	}
	defer response.Body.Close() //nolint:errcheck // only read
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnavailable, op, "%w", err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return nil, refusal(op, response.StatusCode, answer)
	}
	return answer, nil
}

// refusal turns what the server said into an error.
func refusal(op string, status int, answer []byte) error {
	var p problem
	if err := json.Unmarshal(answer, &p); err != nil || p.Title+p.Detail == "" {
		return estate.Errorf(estate.CodeUnavailable, op, "it answered %d %s", status, http.StatusText(status))
	}
	words := p.Detail
	if words == "" {
		words = p.Title
	}
	code := estate.Code(p.Code)
	if code == "" {
		code = estate.CodeUnavailable
	}
	return estate.Errorf(code, op, "%s", words).WithHint(p.Hint)
}

// Pages asks for every page of a list and hands on its items, in order.
func (c *Client) Pages(ctx context.Context, path string, query url.Values, each func(json.RawMessage) error) error {
	for {
		answer, err := c.Do(ctx, http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := json.Unmarshal(answer, &page); err != nil || page.Items == nil {
			return estate.Errorf(estate.CodeInvalid, "read all pages", "%s answers no list", path)
		}
		for _, item := range page.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		query.Set("cursor", page.Next)
	}
}
