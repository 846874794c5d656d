package azure

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Session reads a set of subscriptions of one tenant. It may be used concurrently.
type Session struct {
	*Connector
	// Subscriptions are the ids that are read.
	Subscriptions []string
}

// Identity implements source.Session. Each draft names its own subscription.
func (s *Session) Identity() (estate.Cloud, string, string) { return estate.Azure, "", "global" }

// Explain implements source.Session.
func (s *Session) Explain(err error) source.Problem { return Explain(err) }

// Row is a resource as Azure Resource Graph tells it; P is the shape of the part of its
// properties that is read.
type Row[P any] struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Location       string            `json:"location"`
	SubscriptionID string            `json:"subscriptionId"`
	Tags           map[string]string `json:"tags"`
	Kind           string            `json:"kind"`
	Identity       json.RawMessage   `json:"identity"`
	Properties     P                 `json:"properties"`
}

// pageSize is the most that Resource Graph gives at once.
const pageSize = int32(1000)

// Rows yields every row of a table of Resource Graph that the condition selects, in the
// order of their ids, which is what makes paging whole ("Working with large Azure
// resource data sets"). The same row never comes twice.
func Rows[P any](ctx context.Context, s *Session, table, where string, yield func(Row[P]) error) error {
	query := table + " | where " + where + " | project id, name, location, subscriptionId, tags, kind, identity, properties | order by id asc"
	format := armresourcegraph.ResultFormatObjectArray
	size := pageSize
	options := &armresourcegraph.QueryRequestOptions{ResultFormat: &format, Top: &size}
	subscriptions := make([]*string, len(s.Subscriptions))
	for i := range s.Subscriptions {
		subscriptions[i] = &s.Subscriptions[i]
	}
	for {
		source.MeterOf(ctx).Count()
		page, err := s.graph.Resources(ctx, armresourcegraph.QueryRequest{Query: &query, Subscriptions: subscriptions, Options: options}, nil)
		if err != nil {
			return err
		}
		if err := decode(page.Data, yield); err != nil {
			return err
		}
		if page.SkipToken == nil || *page.SkipToken == "" {
			if page.ResultTruncated != nil && *page.ResultTruncated == armresourcegraph.ResultTruncatedTrue {
				return errTruncated
			}
			return nil
		}
		options.SkipToken = page.SkipToken
	}
}

// decode turns the SDK's untyped answer back into text and into rows.
func decode[P any](data any, yield func(Row[P]) error) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var rows []Row[P]
	if err := json.Unmarshal(raw, &rows); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read the answer of Azure Resource Graph", "%w", err)
	}
	for _, row := range rows {
		if err := yield(row); err != nil {
			return err
		}
	}
	return nil
}

// Draft starts a resource from its row.
func Draft[C, P any](row Row[P], config C) *source.Draft[C] {
	return &source.Draft[C]{ID: row.ID, Name: row.Name, Account: row.SubscriptionID, Region: row.Location, Tags: row.Tags, Config: config}
}

// list yields every element of a list of Azure Resource Manager, following its links.
func (c *Connector) list(ctx context.Context, path, version string, yield func(json.RawMessage) error) error {
	next := strings.TrimSuffix(c.rest.Endpoint(), "/") + path + "?api-version=" + version
	host := hostOf(next)
	for next != "" {
		if hostOf(next) != host {
			return estate.Errorf(estate.CodeInvalid, "follow a list of Azure", "the next page lies on another host")
		}
		var page struct {
			Value    []json.RawMessage `json:"value"`
			NextLink string            `json:"nextLink"`
		}
		if err := c.get(ctx, next, &page); err != nil {
			return err
		}
		for _, v := range page.Value {
			if err := yield(v); err != nil {
				return err
			}
		}
		next = page.NextLink
	}
	return nil
}

func (c *Connector) get(ctx context.Context, address string, into any) error {
	source.MeterOf(ctx).Count()
	req, err := runtime.NewRequest(ctx, http.MethodGet, address)
	if err != nil {
		return err
	}
	resp, err := c.rest.Pipeline().Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if !runtime.HasStatusCode(resp, http.StatusOK) {
		return runtime.NewResponseError(resp)
	}
	return runtime.UnmarshalAsJSON(resp, into)
}

// List calls found for every element of a list of Azure Resource Manager at path.
func List[V any](ctx context.Context, c *Connector, path, version string, found func(V)) error {
	return c.list(ctx, path, version, func(raw json.RawMessage) error {
		var v V
		if err := json.Unmarshal(raw, &v); err != nil {
			return estate.Errorf(estate.CodeInvalid, "read the answer of Azure Resource Manager", "%w", err)
		}
		found(v)
		return nil
	})
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
