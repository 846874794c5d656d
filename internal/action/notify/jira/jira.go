// Package jira delivers alerts as issues of a project of Jira Cloud.
//
// It speaks the REST API, version 3, documented at
// https://developer.atlassian.com/cloud/jira/platform/rest/v3/. An issue carries a label
// made of the alert's thread and is looked for by it before one is made: what is new makes
// one, what is resolved moves it to a status that is done, what is back moves it out of
// there. Jira's search may miss what was made seconds ago, and the API cannot make an issue
// only if there is none, so two deliveries of one thread within seconds can make two.
package jira

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

// Config says where alerts go.
type Config struct {
	// URL is that of the site, such as https://example.atlassian.net.
	URL  string
	User string
	// Token is the user's API token.
	Token notify.Secret
	// Project is the project's key.
	Project string
	// Type is the name of the type of issue; Task when it is empty.
	Type string
	// Plain allows http to other machines.
	Plain bool
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is a project of a site.
type Channel struct {
	base, site, project, kind string
	header                    func() http.Header
	post                      *post.Sender
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if err := post.CheckAddress(c.URL, c.Plain); err != nil {
		return nil, err
	}
	if c.Project == "" || strings.ContainsFunc(c.Project, notInKey) {
		return nil, estate.Errorf(estate.CodeInvalid, "check project", "%q is no key of a project", c.Project)
	}
	if c.Type == "" {
		c.Type = "Task"
	}
	login := notify.NewSecret(post.Basic(c.User, c.Token.Reveal()))
	header := func() http.Header {
		return http.Header{"Authorization": {login.Reveal()}, "Accept": {"application/json"}}
	}
	site := strings.TrimSuffix(c.URL, "/")
	return &Channel{site + "/rest/api/3/", site, c.Project, c.Type, header, post.New(name, c.Transport, c.Token, login)}, nil
}

// notInKey reports whether a rune is not part of the key of a project, which stands in a
// query.
func notInKey(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
}

// Send makes, moves or comments the issue. The receipt's id is its key.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	label := "stance-" + notify.Hash(a.ThreadKey(), 32)
	found, err := c.find(ctx, label)
	if err != nil {
		return notify.Receipt{}, err
	}
	switch {
	case found == nil && a.Resolves():
		return notify.Receipt{}, nil // nothing of it is there to close
	case found == nil:
		return c.create(ctx, a, label)
	case a.Resolves() == found.done() && (a.Resolves() || a.Kind == notify.New):
		r := c.receipt(found.Key)
		r.Repeated = true
		return r, nil
	case a.Resolves() != found.done():
		if err := c.move(ctx, found.Key, a.Resolves()); err != nil {
			return notify.Receipt{}, err
		}
	}
	return c.receipt(found.Key), c.comment(ctx, found.Key, a)
}

func (c *Channel) receipt(key string) notify.Receipt {
	return notify.Receipt{ID: notify.Line(key, 64), Link: c.site + "/browse/" + url.PathEscape(key)}
}

// issue is what Stance reads of an issue.
type issue struct {
	Key    string `json:"key"`
	Fields struct {
		Status struct {
			Category category `json:"statusCategory"`
		} `json:"status"`
	} `json:"fields"`
}

// category is the part of a status that is the same in every workflow.
type category struct {
	Key string `json:"key"`
}

func (i *issue) done() bool { return i.Fields.Status.Category.Key == "done" }

// find returns the newest issue with the label, nil when there is none.
func (c *Channel) find(ctx context.Context, label string) (*issue, error) {
	var answer struct {
		Issues []issue `json:"issues"`
	}
	err := c.call(ctx, "find the issue", http.MethodPost, "search/jql", map[string]any{
		"jql":    `project = "` + c.project + `" AND labels = "` + label + `" ORDER BY created DESC`,
		"fields": []string{"status"}, "maxResults": 1,
	}, &answer)
	if err != nil || len(answer.Issues) == 0 {
		return nil, err
	}
	return &answer.Issues[0], nil
}

// call sends the request and reads the answer, unless into is nil.
func (c *Channel) call(ctx context.Context, op, method, path string, send, into any) error {
	r := post.Request{Op: op, Method: method, Header: c.header(), Address: notify.NewSecret(c.base + path)}
	if send != nil {
		body, err := json.Marshal(send)
		if err != nil {
			return estate.Errorf(estate.CodeInternal, op, "%w", err)
		}
		r.Body = body
	}
	res, err := c.post.Do(ctx, r)
	if err != nil || into == nil {
		return err
	}
	return res.Decode(op, into)
}
