package jira

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// The limits of Jira, in characters. A description takes 32,767 with its markup.
const (
	mostSummary = 250
	mostText    = 12000
	mostItems   = 50
)

func (c *Channel) create(ctx context.Context, a *notify.Alert, label string) (notify.Receipt, error) {
	var made issue
	err := c.call(ctx, "create the issue", http.MethodPost, "issue", map[string]any{
		"fields": map[string]any{
			"project": map[string]string{"key": c.project}, "issuetype": map[string]string{"name": c.kind},
			"summary": a.Subject(mostSummary), "description": textOf(a), "labels": []string{"stance", label},
		},
	}, &made)
	if err != nil {
		return notify.Receipt{}, err
	}
	return c.receipt(made.Key), nil
}

// comment says at the issue what happened.
func (c *Channel) comment(ctx context.Context, key string, a *notify.Alert) error {
	return c.call(ctx, "comment the issue", http.MethodPost, "issue/"+url.PathEscape(key)+"/comment",
		map[string]any{"body": textOf(a)}, nil)
}

// move takes the issue to a status that is done, or to one that is not: the first that its
// workflow offers.
func (c *Channel) move(ctx context.Context, key string, done bool) error {
	path := "issue/" + url.PathEscape(key) + "/transitions"
	var offered struct {
		Transitions []struct {
			ID string `json:"id"`
			To struct {
				Category category `json:"statusCategory"`
			} `json:"to"`
		} `json:"transitions"`
	}
	if err := c.call(ctx, "read the transitions of the issue", http.MethodGet, path, nil, &offered); err != nil {
		return err
	}
	for _, t := range offered.Transitions {
		if (t.To.Category.Key == "done") == done {
			send := map[string]any{"transition": map[string]string{"id": t.ID}}
			return c.call(ctx, "move the issue", http.MethodPost, path, send, nil)
		}
	}
	return estate.Errorf(estate.CodeInvalid, "move the issue", "the workflow of %q offers no transition %s", notify.Line(key, 64),
		map[bool]string{true: "to a status that is done", false: "out of done"}[done])
}

// node is a part of a document in the Atlassian Document Format, whose text nodes give
// their content no meaning: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
type node struct {
	Type    string `json:"type"`
	Version int    `json:"version,omitempty"`
	Text    string `json:"text,omitempty"`
	Content []node `json:"content,omitempty"`
}

// textOf returns the alert as a document of paragraphs.
func textOf(a *notify.Alert) node {
	doc := node{Type: "doc", Version: 1}
	for part := range strings.SplitSeq(a.Subject(mostSummary)+"\n\n"+a.Plain(mostText, mostItems), "\n\n") {
		p := node{Type: "paragraph"}
		for i, line := range strings.Split(part, "\n") {
			if i > 0 {
				p.Content = append(p.Content, node{Type: "hardBreak"})
			}
			if line != "" {
				p.Content = append(p.Content, node{Type: "text", Text: line})
			}
		}
		if len(p.Content) > 0 {
			doc.Content = append(doc.Content, p)
		}
	}
	return doc
}
