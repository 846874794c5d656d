package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
	"google.golang.org/api/cloudasset/v1"
	"google.golang.org/api/googleapi"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Session reads everything below one parent. It may be used concurrently.
type Session struct {
	*Connector
	projects map[string]string
}

// Identity implements source.Session. Each draft names its own project.
func (s *Session) Identity() (estate.Cloud, string, string) { return estate.GCP, "", "global" }

// Explain implements source.Session.
func (s *Session) Explain(err error) source.Problem { return Explain(err) }

// pageSize is the most that Cloud Asset Inventory gives at once.
const pageSize = 1000

// list yields every asset of a type with one kind of content.
func (c *Connector) list(ctx context.Context, content, assetType string, yield func(*cloudasset.Asset) error) error {
	call := c.assets.Assets.List(c.parent).AssetTypes(assetType).ContentType(content).PageSize(pageSize)
	return call.Pages(ctx, func(page *cloudasset.ListAssetsResponse) error {
		source.MeterOf(ctx).Count()
		for _, a := range page.Assets {
			if err := yield(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Asset is a resource as Cloud Asset Inventory tells it.
type Asset[D any] struct {
	// Name is the full resource name, //service/path.
	Name string
	// Project is the id of its project.
	Project string
	// Location is its region, zone or multi-region.
	Location string
	// Data is what its own service says of it.
	Data D
}

// Assets yields every asset of a type, decoded into D.
func Assets[D any](ctx context.Context, s *Session, assetType string, yield func(Asset[D]) error) error {
	return s.list(ctx, "RESOURCE", assetType, func(a *cloudasset.Asset) error {
		asset := Asset[D]{Name: a.Name, Project: s.projects[projectNumber(a)]}
		if a.Resource != nil {
			asset.Location = a.Resource.Location
		}
		if err := decode(a, &asset.Data); err != nil {
			return err
		}
		return yield(asset)
	})
}

// Policies returns the IAM bindings set on each asset of a type, by full name.
func Policies(ctx context.Context, s *Session, assetType string) (map[string][]Binding, error) {
	found := map[string][]Binding{}
	err := s.list(ctx, "IAM_POLICY", assetType, func(a *cloudasset.Asset) error {
		if a.IamPolicy == nil {
			return nil
		}
		for _, b := range a.IamPolicy.Bindings {
			condition := ""
			if b.Condition != nil {
				condition = b.Condition.Expression
			}
			found[a.Name] = append(found[a.Name], Binding{Role: b.Role, Members: append([]string{}, b.Members...), Condition: condition})
		}
		return nil
	})
	return found, err
}

// Binding gives a role to members.
type Binding struct {
	// Role is the role given, such as roles/storage.objectViewer.
	Role string `json:"role"`
	// Members are who gets it, such as allUsers or serviceAccount:NAME.
	Members []string `json:"members"`
	// Condition limits when it holds, in CEL; empty when it always does.
	Condition string `json:"condition"`
}

// Anyone reports whether the binding gives its role to everyone, or to everyone with
// any Google account.
func (b Binding) Anyone() bool {
	for _, m := range b.Members {
		if m == "allUsers" || m == "allAuthenticatedUsers" {
			return true
		}
	}
	return false
}

// Draft starts a resource from its asset.
func Draft[C, D any](a Asset[D], config C) *source.Draft[C] {
	return &source.Draft[C]{ID: a.Name, Account: a.Project, Region: a.Location, Config: config}
}

func decode(a *cloudasset.Asset, into any) error {
	if a.Resource == nil {
		return nil
	}
	if err := json.Unmarshal(a.Resource.Data, into); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read the asset "+a.Name, "%w", err)
	}
	return nil
}

// projectNumber is the number of the project an asset lies in, from its ancestors.
func projectNumber(a *cloudasset.Asset) string {
	for _, ancestor := range a.Ancestors {
		if number, ok := strings.CutPrefix(ancestor, "projects/"); ok {
			return number
		}
	}
	return ""
}

// Explain returns what an error of the API means, by its status and reason.
func Explain(err error) source.Problem {
	var api *googleapi.Error
	if !errors.As(err, &api) {
		code := estate.CodeOf(err)
		if code == estate.CodeInternal {
			code = estate.CodeUnavailable
		}
		return source.Problem{Code: code, Detail: source.OneLine(err.Error())}
	}
	p := source.Problem{Op: "ListAssets", Name: reason(api)}
	p.Detail = p.Name
	switch {
	case p.Name == "SERVICE_DISABLED":
		p.Code = estate.CodeNotEnabled
	case api.Code == http.StatusTooManyRequests:
		p.Code = estate.CodeThrottled
	case api.Code == http.StatusForbidden:
		p.Code = estate.CodeDenied
	case api.Code == http.StatusUnauthorized:
		p.Code = estate.CodeUnauthorized
	case api.Code == http.StatusNotFound:
		p.Code = estate.CodeGone
	case api.Code >= http.StatusInternalServerError:
		p.Code = estate.CodeUnavailable
	default:
		p.Code = estate.CodeInvalid
	}
	return p
}

// reason is the machine-readable cause in an error's details.
func reason(api *googleapi.Error) string {
	for _, d := range api.Details {
		if m, ok := d.(map[string]any); ok {
			if r, ok := m["reason"].(string); ok {
				return source.OneLine(r)
			}
		}
	}
	if len(api.Errors) > 0 {
		return source.OneLine(api.Errors[0].Reason)
	}
	return http.StatusText(api.Code)
}

func staticToken(token string) oauth2.TokenSource {
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
}
