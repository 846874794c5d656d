package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store/run"
)

func TestZZDebug(t *testing.T) {
	environment(t)
	c := small()
	if os.Getenv("NODEAD") != "" {
		c.Dead = ""
	}
	e := c.Start()
	defer c.Stop()
	start := time.Now()
	conn, err := aws.Open(t.Context(), aws.Options{Endpoint: e, Role: "StanceAudit"})
	if err != nil {
		t.Fatal(err)
	}
	sel := aws.Selection{Org: true}
	if s := os.Getenv("SVC"); s != "" {
		sel.Services = []string{s}
	}
	plan, err := conn.Plan(t.Context(), catalog.Kinds(), sel)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("planned", time.Since(start), len(plan.Tasks))
	w, _ := run.Create(filepath.Join(t.TempDir(), "r"), run.Meta{Tool: "x"})
	go func() {
		for {
			time.Sleep(5 * time.Second)
			fmt.Printf("%+v\n", c.Tally())
		}
	}()
	err = (scan.Reading{Now: time.Now, Observe: func(ev collect.Event) {
		fmt.Printf("%6.2f %d/%d %s %s %s %s res=%d calls=%d\n", time.Since(start).Seconds(), ev.Done, ev.Total, ev.Coverage.Scope, ev.Coverage.Status, ev.Coverage.Reason, ev.Coverage.Detail, ev.Coverage.Resources, ev.Coverage.Calls)
	}}).Into(t.Context(), plan, w)
	fmt.Println(err, c.Tally())
}
