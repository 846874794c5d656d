package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/service/api"
)

func TestDocumentIsWrittenAndWhole(t *testing.T) {
	t.Parallel()
	a := api.New(http.NewServeMux(), api.Dependencies{})
	document, err := a.Document()
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile("../../../web/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(document, written) {
		t.Error("web/openapi.json is out of date: stance openapi > web/openapi.json")
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	for _, r := range a.Routes() {
		op := doc.Paths[r.Path][strings.ToLower(r.Method)]
		if op.OperationID != r.ID {
			t.Errorf("%s %s is %q in the document, not %q", r.Method, r.Path, op.OperationID, r.ID)
		}
		named := map[string]bool{}
		for _, p := range op.Parameters {
			named[p.In+" "+p.Name] = true
		}
		for _, part := range strings.Split(r.Path, "{")[1:] {
			if name, _, _ := strings.Cut(part, "}"); !named["path "+name] {
				t.Errorf("%s says nothing of %s in its path", r.ID, name)
			}
		}
		if strings.HasPrefix(r.Path, "/api/v1/resource/") && !named["query id"] {
			t.Errorf("%s says nothing of the id of the resource", r.ID)
		}
	}
	for _, part := range strings.Split(string(document), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("the document refers to %q, which it does not have", name)
		}
	}
}
