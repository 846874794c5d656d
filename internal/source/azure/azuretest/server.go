// Package azuretest is a double of Azure on loopback: the sign-in service, Resource
// Manager and Resource Graph, over TLS, with their paging and their errors.
//
// Rows are given in the shape that Microsoft's API descriptions publish for each type.
package azuretest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Estate is what the double holds.
type Estate struct {
	// Subscriptions are the ids the identity may see.
	Subscriptions []string `json:"subscriptions"`
	// Resources are the rows of Resource Graph, each with its type.
	Resources []map[string]any `json:"resources"`
	// Lists are answers of Resource Manager by path.
	Lists map[string][]any `json:"lists"`
}

// Server is the double. Close it after use.
type Server struct {
	*httptest.Server
	estate Estate

	mu       sync.Mutex
	deny     map[string]bool
	throttle int
	requests int
}

// pageSize is small, so that every list has several pages.
const pageSize = 2

// New starts a double that holds the estate.
func New(estate Estate) *Server {
	s := &Server{estate: estate, deny: map[string]bool{}}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	return s
}

// Deny refuses every request whose path ends so.
func (s *Server) Deny(ending string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deny[ending] = true
}

// Throttle answers the next n requests to Resource Manager with 429.
func (s *Server) Throttle(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttle = n
}

// Requests returns how many requests reached Resource Manager.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		tenant := strings.Split(strings.Trim(r.URL.Path, "/"), "/")[0]
		answer(w, http.StatusOK, map[string]string{
			"token_endpoint": s.URL + "/" + tenant + "/oauth2/v2.0/token", "authorization_endpoint": s.URL + "/" + tenant + "/oauth2/v2.0/authorize",
			"issuer": s.URL + "/" + tenant + "/v2.0",
		})
	case strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/token"):
		s.token(w, r)
	default:
		s.manage(w, r)
	}
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("client_secret") != "right" {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."})
		return
	}
	answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": 3600, "access_token": "token"})
}

// manage is Resource Manager: it refuses, throttles, or answers.
func (s *Server) manage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	throttled := s.throttle > 0
	if throttled {
		s.throttle--
	}
	denied := false
	for ending := range s.deny {
		denied = denied || strings.HasSuffix(r.URL.Path, ending)
	}
	s.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "Bearer token":
		fail(w, http.StatusUnauthorized, "AuthenticationFailed")
	case throttled:
		w.Header().Set("Retry-After", "0")
		fail(w, http.StatusTooManyRequests, "TooManyRequests")
	case denied:
		fail(w, http.StatusForbidden, "AuthorizationFailed")
	case r.Method == http.MethodPost && r.URL.Path == "/providers/Microsoft.ResourceGraph/resources":
		s.query(w, r)
	case r.Method == http.MethodGet && r.URL.Path == "/subscriptions":
		var subs []any
		for _, id := range s.estate.Subscriptions {
			subs = append(subs, map[string]string{"subscriptionId": id, "displayName": "subscription " + id, "state": "Enabled"})
		}
		s.page(w, r, subs)
	default:
		if list, ok := s.estate.Lists[r.URL.Path]; ok && r.Method == http.MethodGet {
			s.page(w, r, list)
			return
		}
		fail(w, http.StatusNotFound, "ResourceNotFound")
	}
}

var typeOf = regexp.MustCompile(`type =~ '([^']+)'`)

// query understands the one query that collectors make: a type, ordered by id.
func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Query         string   `json:"query"`
		Subscriptions []string `json:"subscriptions"`
		Options       struct {
			SkipToken string `json:"$skipToken"`
		} `json:"options"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		fail(w, http.StatusBadRequest, "BadRequest")
		return
	}
	match := typeOf.FindStringSubmatch(q.Query)
	if match == nil || !strings.Contains(q.Query, "order by id asc") {
		fail(w, http.StatusBadRequest, "InvalidQuery")
		return
	}
	rows := []map[string]any{}
	for _, row := range s.estate.Resources {
		if strings.EqualFold(fmt.Sprint(row["type"]), match[1]) && contains(q.Subscriptions, fmt.Sprint(row["subscriptionId"])) {
			rows = append(rows, row)
		}
	}
	start, err := strconv.Atoi(strings.TrimPrefix(q.Options.SkipToken, "skip-"))
	if err != nil {
		start = 0
	}
	end := min(start+pageSize, len(rows))
	body := map[string]any{"totalRecords": len(rows), "count": end - start, "data": rows[start:end], "facets": []any{}, "resultTruncated": "false"}
	if end < len(rows) {
		body["$skipToken"] = "skip-" + strconv.Itoa(end)
	}
	answer(w, http.StatusOK, body)
}

func contains(list []string, value string) bool {
	for _, v := range list {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}

// page answers a list of Resource Manager a page at a time, with an absolute link.
func (s *Server) page(w http.ResponseWriter, r *http.Request, list []any) {
	start, err := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	if err != nil {
		start = 0
	}
	end := min(start+pageSize, len(list))
	body := map[string]any{"value": list[start:end]}
	if end < len(list) {
		next := *r.URL
		query := next.Query()
		query.Set("$skiptoken", strconv.Itoa(end))
		next.RawQuery = query.Encode()
		body["nextLink"] = s.URL + next.RequestURI()
	}
	answer(w, http.StatusOK, body)
}

func fail(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]any{"error": map[string]string{"code": code, "message": "refused by the double"}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client sees a cut answer
}
