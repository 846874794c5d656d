package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

func TestDriftTellsWhatDiffersAndWhetherItIsWorse(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	p := b.user("a", auth.Analyst, nil, nil)
	declare := func(body map[string]any) string {
		t.Helper()
		var made store.Baseline
		p.want(http.StatusCreated, "POST", "/api/v1/baselines", body, &made)
		return made.ID
	}
	drift := func(id string) []api.Drifted {
		t.Helper()
		var page store.Page[api.Drifted]
		p.want(http.StatusOK, "GET", "/api/v1/drift?baseline="+id, nil, &page)
		return page.Items
	}
	before := day0.Add(-150 * time.Minute) // when the buckets logged
	items := drift(declare(map[string]any{"name": "good", "moment": before, "accounts": []string{ours}}))
	if len(items) != 1 {
		t.Fatalf("the drift is %+v", items)
	}
	d := items[0]
	if d.Resource.ID != bucket(ours) || d.Kind != "changed" || len(d.Changes) != 1 || d.Changes[0].Path != "config.logging" || string(d.Changes[0].Before) != "true" || string(d.Changes[0].After) != "false" {
		t.Errorf("it is %+v", d)
	}
	if d.Opened != 1 || d.Resolved != 0 || d.Effect != "worse" || !d.Since.Equal(day0.Add(-2*time.Hour)) || d.Cause.Run != "run-1" {
		t.Errorf("it is %+v", d)
	}
	if items := drift(declare(map[string]any{"name": "all", "moment": before})); len(items) != 2 {
		t.Errorf("everything drifts as %+v", items)
	}
	if items := drift(declare(map[string]any{"name": "others", "moment": before, "types": []string{"aws_instance"}})); len(items) != 0 {
		t.Errorf("other types drift as %+v", items)
	}
	if items := drift(declare(map[string]any{"name": "new", "moment": day0.Add(-4 * time.Hour)})); len(items) != 2 || items[0].Kind != "added" {
		t.Errorf("before anything was read it drifts as %+v", items)
	}
	b.read(ours, day0.Add(-time.Minute), `{"logging":true}`) // as it was
	if items := drift(declare(map[string]any{"name": "back", "moment": before, "accounts": []string{ours}})); len(items) != 0 {
		t.Errorf("what is as it was drifts as %+v", items)
	}
	p.want(http.StatusBadRequest, "POST", "/api/v1/baselines", map[string]any{"name": "x", "moment": day0.AddDate(0, 0, 1)}, nil)
	gone := declare(map[string]any{"name": "short"})
	p.want(http.StatusNoContent, "DELETE", "/api/v1/baselines/"+gone, nil, nil)
	p.want(http.StatusNotFound, "GET", "/api/v1/drift?baseline="+gone, nil, nil)
}

func TestHistoryTellsWhatChanged(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	b.read(ours, day0.Add(-time.Minute), `{"logging":true,"rules":[{"port":22},{"port":443}]}`)
	p := b.user("a", auth.Viewer, nil, nil)
	var paths []string
	cursor := ""
	for range 4 {
		var page store.Page[api.Version]
		p.want(http.StatusOK, "GET", "/api/v1/resource/versions?limit=1&account="+ours+"&id="+bucket(ours)+"&cursor="+cursor, nil, &page)
		for _, v := range page.Items {
			for _, c := range v.Changes {
				paths = append(paths, c.Path)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(paths) != 3 || paths[0] != "config.logging" || paths[1] != "config.rules" || paths[2] != "config.logging" {
		t.Errorf("the changes are %v", paths)
	}
}
