package html_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/html"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

// TestPictures holds that every step of a way is in both pictures, with the fix that cuts
// it, and that nothing lies outside of them.
func TestPictures(t *testing.T) {
	t.Parallel()
	const steps = 12
	r := outputtest.Harmless()
	issue := outputtest.ShortList().Issues[0]
	issue.Alternatives, issue.Path = nil, nil
	for n := range steps {
		issue.Path = append(issue.Path, estate.PathStep{
			To: fmt.Sprintf("arn:aws:iam::1:role/%s-%02d", strings.Repeat("long", n), n), Label: strings.Repeat("may become the next role ", n), Fixes: []estate.FixKey{"narrow@resource:x"},
		})
	}
	r.Summary.Priorities.Issues = []estate.Issue{issue}
	r.Summary.Priorities.Fixes = []estate.FixPlan{{Key: "narrow@resource:x", Title: "Narrow it", RiskRemoved: 10, Cumulative: 1}}
	page := string(play(t, r, html.Options{}))
	for _, class := range []string{"lane", "stack"} {
		picture := regexp.MustCompile(`(?s)<svg class="` + class + `".*?</svg>`).FindString(page)
		if n := strings.Count(picture, `class="head"`); n != steps {
			t.Errorf("%s: %d arrows", class, n)
		}
		if n := strings.Count(picture, `<a href="#fix-1" aria-label="Cut by fix 1: Narrow it">`); n != steps {
			t.Errorf("%s: %d cuts", class, n)
		}
		if strings.Count(picture, "node target") != 1 || strings.Count(picture, "node entry") != 1 {
			t.Errorf("%s: not one entry and one target", class)
		}
		inside(t, class, picture)
	}
	if !strings.Contains(page, `id="fix-1"`) {
		t.Error("the fix that pictures link to is not on the page")
	}
}

// inside holds that all places of a picture are numbers within its box.
func inside(t *testing.T, class, picture string) {
	t.Helper()
	box := regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`).FindStringSubmatch(picture)
	if box == nil {
		t.Fatalf("%s: no box in %.200s", class, picture)
	}
	for n, axis := range []string{"x", "y"} {
		size, err := strconv.ParseFloat(box[n+1], 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range regexp.MustCompile(` c?`+axis+`="([^"]*)"`).FindAllStringSubmatch(picture, -1) {
			v, err := strconv.ParseFloat(place[1], 64)
			if err != nil || v < 0 || v > size {
				t.Errorf("%s: %s is %s of %v", class, axis, place[1], size)
			}
		}
	}
}

// TestShortListIsOnThePage holds that fixes, campaigns and what is set aside are there,
// and that the page begins with issues.
func TestShortListIsOnThePage(t *testing.T) {
	t.Parallel()
	page := string(play(t, outputtest.OneOfEach(), html.Options{}))
	last := -1
	for _, text := range []string{`id="issues"`, `id="issue-1"`, "1 other way to the same target", `id="fixes"`, `id="fix-1"`, `id="campaigns"`, `id="aside"`, `id="findings"`} {
		at := strings.Index(page, text)
		if at <= last {
			t.Errorf("%s is not in its place", text)
		}
		last = at
	}
	if plain := string(play(t, outputtest.Empty(), html.Options{})); strings.Contains(plain, `id="issues"`) {
		t.Error("issues on a page without priorities")
	}
}
