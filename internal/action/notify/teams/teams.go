// Package teams delivers alerts to Microsoft Teams through a workflow that starts when a
// webhook request is received.
//
// Microsoft documents the request at
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
// and cards at https://adaptivecards.io/explorer. A workflow knows no key: an alert that
// is delivered twice shows twice.
package teams

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

// mostBytes is what Teams takes of a message, 28 KB, with room for what it adds.
const mostBytes = 26_000

// Config says where alerts go.
type Config struct {
	// URL is that of the workflow; its signature is the password.
	URL notify.Secret
	// Plain allows http to other machines.
	Plain bool
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is a workflow.
type Channel struct {
	url  notify.Secret
	post *post.Sender
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if err := post.CheckAddress(c.URL.Reveal(), c.Plain); err != nil {
		return nil, err
	}
	return &Channel{c.URL, post.New(name, c.Transport, c.URL)}, nil
}

// Send posts the alert.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	body, err := encode(a)
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "encode the message", "%w", err)
	}
	_, err = c.post.Do(ctx, post.Request{Op: "start the workflow", Address: c.url, Body: body})
	return notify.Receipt{}, err
}

// encode returns the message, its texts cut shorter until it is small enough.
func encode(a *notify.Alert) ([]byte, error) {
	for most := 2000; ; most /= 2 {
		body, err := json.Marshal(render(a, most))
		if err != nil || len(body) <= mostBytes || most < 2 {
			return body, err
		}
	}
}
