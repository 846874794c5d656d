// Package pagerduty delivers alerts to a service of PagerDuty.
//
// It speaks the Events API v2, documented at
// https://developer.pagerduty.com/docs/events-api-v2-overview. The dedup_key is the
// alert's thread: what is new opens an alert, what is resolved closes that one, and an
// event that is sent twice opens none while the first is open.
package pagerduty

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

// Address is where events go outside of Europe's service region.
const Address = "https://events.pagerduty.com/v2/enqueue"

// The limits of the API, in characters.
const (
	mostKey     = 255
	mostSummary = 1024
)

// Config says where alerts go.
type Config struct {
	// RoutingKey is the integration key of the service.
	RoutingKey notify.Secret
	// URL is Address when it is empty.
	URL string
	// Plain allows http to other machines.
	Plain bool
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is an integration of a service.
type Channel struct {
	key  notify.Secret
	url  notify.Secret
	post *post.Sender
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if c.URL == "" {
		c.URL = Address
	}
	if err := post.CheckAddress(c.URL, c.Plain); err != nil {
		return nil, err
	}
	if c.RoutingKey.Reveal() == "" {
		return nil, estate.Errorf(estate.CodeInvalid, "check routing_key", "it is empty")
	}
	return &Channel{c.RoutingKey, notify.NewSecret(c.URL), post.New(name, c.Transport, c.RoutingKey)}, nil
}

// Send sends the event. The receipt's id is the dedup_key.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	e := render(a)
	e.RoutingKey = c.key.Reveal()
	body, err := json.Marshal(e)
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "encode the event", "%w", err)
	}
	if _, err := c.post.Do(ctx, post.Request{Op: "send the event", Address: c.url, Body: body}); err != nil {
		return notify.Receipt{}, err
	}
	return notify.Receipt{ID: e.DedupKey}, nil
}

// event is an event of the API.
type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client,omitempty"`
	ClientURL  string   `json:"client_url,omitempty"`
	Payload    *payload `json:"payload,omitempty"`
	Links      []link   `json:"links,omitempty"`
}

type payload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp string            `json:"timestamp,omitempty"`
	Component string            `json:"component,omitempty"`
	Group     string            `json:"group,omitempty"`
	Class     string            `json:"class,omitempty"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

const short = 200

func render(a *notify.Alert) event {
	e := event{Action: "trigger", DedupKey: notify.Name(a.ThreadKey(), mostKey)}
	if a.Resolves() {
		e.Action = "resolve"
		return e
	}
	p := &payload{
		Summary: a.Subject(mostSummary), Source: notify.Line(a.Resource.ID, short), Severity: severity(a.Band()),
		Component: notify.Line(a.Resource.Name, short), Group: notify.Line(a.Account, short), Class: notify.Line(a.Check, short),
		Details: map[string]string{},
	}
	if p.Source == "" {
		p.Source = "stance"
	}
	if !a.At.IsZero() {
		p.Timestamp = a.At.UTC().Format(time.RFC3339)
	}
	for _, f := range a.Facts() {
		p.Details[f.Name] = f.Value
	}
	for name, text := range map[string]string{"Message": a.Message, "Fix": a.Fix} {
		if text = notify.Line(text, mostSummary); text != "" {
			p.Details[name] = text
		}
	}
	e.Payload = p
	if href := a.WebLink(); href != "" {
		e.Client, e.ClientURL, e.Links = "Stance", href, []link{{href, "Open in Stance"}}
	}
	return e
}

// severity returns the word of the API.
func severity(s estate.Severity) string {
	switch s {
	case estate.Critical:
		return "critical"
	case estate.High:
		return "error"
	case estate.Medium:
		return "warning"
	}
	return "info"
}
