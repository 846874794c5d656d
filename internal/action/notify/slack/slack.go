// Package slack delivers alerts to a channel of Slack through an incoming webhook.
//
// Slack documents the message at https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
// and its parts at https://docs.slack.dev/reference/block-kit/blocks. An incoming webhook
// knows no key: an alert that is delivered twice shows twice.
package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

// The limits of Slack, in characters, and how many fields a section has at most.
const (
	mostHeader  = 150
	mostSection = 3000
	mostField   = 2000
	mostFields  = 10
	mostItems   = 15
)

// Config says where alerts go.
type Config struct {
	// URL is that of the incoming webhook; it is the password as well.
	URL notify.Secret
	// Plain allows http to other machines.
	Plain bool
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is an incoming webhook.
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
	body, err := json.Marshal(render(a))
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "encode the message", "%w", err)
	}
	_, err = c.post.Do(ctx, post.Request{Op: "post the message", Address: c.url, Body: body})
	return notify.Receipt{}, err
}

// message is what an incoming webhook takes.
type message struct {
	// Text is what notifications show. It is always mrkdwn, so what it holds is escaped.
	Text   string  `json:"text"`
	Blocks []block `json:"blocks"`
	// Unfurling would have Slack fetch what a resource is named after.
	UnfurlLinks bool `json:"unfurl_links"`
	UnfurlMedia bool `json:"unfurl_media"`
}

type block struct {
	Type     string    `json:"type"`
	Text     *text     `json:"text,omitempty"`
	Fields   []text    `json:"fields,omitempty"`
	Elements []element `json:"elements,omitempty"`
}

// text is plain_text throughout: Slack gives its content no meaning.
type text struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

type element struct {
	Type string `json:"type"`
	Text text   `json:"text"`
	URL  string `json:"url"`
}

func render(a *notify.Alert) message {
	subject := a.Subject(mostHeader)
	m := message{Text: fit(subject, mostSection), Blocks: []block{{Type: "header", Text: plain(subject, mostHeader)}}}
	section := func(s string) {
		if s != "" {
			m.Blocks = append(m.Blocks, block{Type: "section", Text: plain(s, mostSection)})
		}
	}
	section(notify.Line(a.Message, mostSection))
	facts := a.Facts()
	for len(facts) > 0 {
		n := min(mostFields, len(facts))
		b := block{Type: "section"}
		for _, f := range facts[:n] {
			b.Fields = append(b.Fields, *plain(f.Name+": "+f.Value, mostField))
		}
		m.Blocks = append(m.Blocks, b)
		facts = facts[n:]
	}
	if fix := notify.Line(a.Fix, mostSection); fix != "" {
		section("How to fix it: " + fix)
	}
	section(strings.Join(a.ItemLines(mostItems, mostHeader), "\n"))
	if link := a.WebLink(); link != "" {
		button := element{Type: "button", Text: *plain("Open in Stance", 75), URL: link}
		m.Blocks = append(m.Blocks, block{Type: "actions", Elements: []element{button}})
	}
	return m
}

func plain(s string, most int) *text { return &text{Type: "plain_text", Text: fit(s, most)} }

// fit returns the text with what Slack takes for markup escaped, cut so that the escaped
// text has at most the given number of characters.
func fit(s string, most int) string {
	var b strings.Builder
	length := 0
	for _, r := range s {
		piece := string(r)
		switch r {
		case '&':
			piece = "&amp;"
		case '<':
			piece = "&lt;"
		case '>':
			piece = "&gt;"
		}
		n := utf8.RuneCountInString(piece)
		if length+n >= most {
			b.WriteString("…")
			break
		}
		b.WriteString(piece)
		length += n
	}
	return b.String()
}
