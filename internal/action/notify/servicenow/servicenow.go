// Package servicenow delivers alerts as records of a table of ServiceNow.
//
// It speaks the Table API, documented at
// https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html. A record
// carries the alert's thread in correlation_id and is looked for by it before one is made:
// what is new makes one, what is resolved resolves it, what is back opens it again. The API
// has no way to make a record only if there is none, so two deliveries of one thread at the
// same instant can make two.
package servicenow

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
	// URL is that of the instance, such as https://example.service-now.com.
	URL      string
	User     string
	Password notify.Secret
	// Table is incident when it is empty.
	Table string
	// Group is the assignment group of new records; it may be empty.
	Group string
	// Plain allows http to other machines.
	Plain bool
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is a table of an instance.
type Channel struct {
	base, table, group string
	header             func() http.Header
	post               *post.Sender
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if err := post.CheckAddress(c.URL, c.Plain); err != nil {
		return nil, err
	}
	if c.Table == "" {
		c.Table = "incident"
	}
	login := notify.NewSecret(post.Basic(c.User, c.Password.Reveal()))
	header := func() http.Header {
		return http.Header{"Authorization": {login.Reveal()}, "Accept": {"application/json"}}
	}
	base := strings.TrimSuffix(c.URL, "/") + "/api/now/table/"
	return &Channel{base, c.Table, c.Group, header, post.New(name, c.Transport, c.Password, login)}, nil
}

// record is what Stance reads of a record.
type record struct {
	ID     string `json:"sys_id"`
	Number string `json:"number"`
	State  string `json:"state"`
}

// The states of an incident that matter, as an instance has them unless it was changed.
const (
	inProgress = "2"
	resolved   = "6"
	closed     = "7"
	cancelled  = "8"
)

func (r *record) ended() bool {
	return r.State == resolved || r.State == closed || r.State == cancelled
}

// Send makes, changes or resolves the record. The receipt's id is its number.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	found, err := c.find(ctx, notify.Name(a.ThreadKey(), mostKey))
	if err != nil {
		return notify.Receipt{}, err
	}
	switch {
	case found == nil && a.Resolves():
		return notify.Receipt{}, nil // nothing of it is there to close
	case found == nil:
		return c.write(ctx, "create the record", http.MethodPost, "", c.fields(a))
	case a.Resolves() && found.ended(), a.Kind == notify.New && !found.ended():
		return notify.Receipt{ID: found.Number, Repeated: true}, nil
	case a.Resolves():
		return c.write(ctx, "resolve the record", http.MethodPatch, found.ID, map[string]string{
			"state": resolved, "close_code": "Solution provided", "close_notes": a.Subject(mostShort),
		})
	case found.State == closed || found.State == cancelled:
		return c.write(ctx, "create the record", http.MethodPost, "", c.fields(a)) // closed records stay closed
	}
	return c.write(ctx, "change the record", http.MethodPatch, found.ID, map[string]string{
		"state": inProgress, "work_notes": plainOf(a),
	})
}

// find returns the newest record of the key, nil when there is none.
func (c *Channel) find(ctx context.Context, key string) (*record, error) {
	const op = "find the record"
	query := url.Values{
		"sysparm_query":  {"correlation_id=" + key + "^ORDERBYDESCsys_created_on"},
		"sysparm_fields": {"sys_id,number,state"}, "sysparm_limit": {"1"},
	}
	res, err := c.post.Do(ctx, post.Request{
		Op: op, Method: http.MethodGet, Header: c.header(), Address: notify.NewSecret(c.base + url.PathEscape(c.table) + "?" + query.Encode()),
	})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Result []record `json:"result"`
	}
	if err := res.Decode(op, &answer); err != nil || len(answer.Result) == 0 {
		return nil, err
	}
	return &answer.Result[0], nil
}

// write makes the record, or changes that of the id.
func (c *Channel) write(ctx context.Context, op, method, id string, fields map[string]string) (notify.Receipt, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "encode the record", "%w", err)
	}
	address := c.base + url.PathEscape(c.table)
	if id != "" {
		address += "/" + url.PathEscape(id)
	}
	res, err := c.post.Do(ctx, post.Request{Op: op, Method: method, Header: c.header(), Address: notify.NewSecret(address), Body: body})
	if err != nil {
		return notify.Receipt{}, err
	}
	var answer struct {
		Result record `json:"result"`
	}
	if err := res.Decode(op, &answer); err != nil {
		return notify.Receipt{}, err
	}
	return notify.Receipt{ID: notify.Line(answer.Result.Number, 40)}, nil
}
