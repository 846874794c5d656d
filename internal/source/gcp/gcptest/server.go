// Package gcptest is a double of Google's Cloud Asset Inventory on loopback, over TLS,
// with its paging and its errors.
//
// Assets are given in the shape that Google's discovery documents publish.
package gcptest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Asset is one asset of the double: its data under resource, its bindings under iamPolicy.
type Asset struct {
	Name      string          `json:"name"`
	AssetType string          `json:"assetType"`
	Ancestors []string        `json:"ancestors"`
	Resource  json.RawMessage `json:"resource,omitempty"`
	IAMPolicy json.RawMessage `json:"iamPolicy,omitempty"`
}

// Estate is what the double holds.
type Estate struct {
	Assets []Asset `json:"assets"`
}

// Server is the double. Close it after use.
type Server struct {
	*httptest.Server
	estate Estate

	mu   sync.Mutex
	deny map[string]string
}

const pageSize = 2

// New starts a double that holds the estate.
func New(estate Estate) *Server {
	s := &Server{estate: estate, deny: map[string]string{}}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	return s
}

// Deny refuses lists of the asset type for the reason, such as SERVICE_DISABLED or
// IAM_PERMISSION_DENIED.
func (s *Server) Deny(assetType, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deny[assetType] = reason
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	types := query["assetTypes"]
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/assets") {
		fail(w, http.StatusNotFound, "NOT_FOUND")
		return
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		fail(w, http.StatusUnauthorized, "ACCESS_TOKEN_TYPE_UNSUPPORTED")
		return
	}
	s.mu.Lock()
	reason := ""
	for _, t := range types {
		reason += s.deny[t]
	}
	s.mu.Unlock()
	if reason != "" {
		fail(w, http.StatusForbidden, reason)
		return
	}
	s.list(w, types, query.Get("contentType"), query.Get("pageToken"))
}

func (s *Server) list(w http.ResponseWriter, types []string, content, token string) {
	var assets []Asset
	for _, a := range s.estate.Assets {
		if !slices.Contains(types, a.AssetType) {
			continue
		}
		if content == "IAM_POLICY" {
			a.Resource = nil
			if a.IAMPolicy == nil {
				continue
			}
		} else {
			a.IAMPolicy = nil
		}
		assets = append(assets, a)
	}
	start, err := strconv.Atoi(token)
	if err != nil {
		start = 0
	}
	end := min(start+pageSize, len(assets))
	body := map[string]any{"readTime": "2026-01-01T00:00:00Z", "assets": assets[start:end]}
	if end < len(assets) {
		body["nextPageToken"] = strconv.Itoa(end)
	}
	answer(w, http.StatusOK, body)
}

func fail(w http.ResponseWriter, status int, reason string) {
	answer(w, status, map[string]any{"error": map[string]any{
		"code": status, "message": "refused by the double", "status": "PERMISSION_DENIED",
		"details": []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}},
	}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client sees a cut answer
}
