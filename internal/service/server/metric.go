package server

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/stance-sec/stance/internal/store"
)

// metrics is what Prometheus reads.
type metrics struct {
	handler  http.Handler
	requests *prometheus.HistogramVec
}

func newMetrics(s *Server) *metrics {
	registry := prometheus.NewRegistry()
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "stance_http_request_duration_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "method", "status"}),
	}
	registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{server: s})
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	return m
}

func (m *metrics) seen(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// gauges are what the store and the queue say when they are asked; at most so often.
type gauges struct {
	server *Server

	mu    sync.Mutex
	asked time.Time
	kept  []prometheus.Metric
}

const (
	gaugesEvery   = 15 * time.Second
	gaugesTimeout = 10 * time.Second
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("stance_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector: what there is depends on what answers.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector. What cannot be asked is not there.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := g.server.d.Now(); g.asked.IsZero() || now.Sub(g.asked) >= gaugesEvery {
		ctx, cancel := context.WithTimeout(context.Background(), gaugesTimeout)
		defer cancel()
		g.asked, g.kept = now, g.ask(ctx, now)
	}
	for _, m := range g.kept {
		out <- m
	}
}

func (g *gauges) ask(ctx context.Context, now time.Time) []prometheus.Metric {
	var all []prometheus.Metric
	add := func(d *prometheus.Desc, value float64, labels ...string) {
		all = append(all, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...))
	}
	failed := func(what string, err error) bool {
		if err != nil {
			g.server.d.Logger.WarnContext(ctx, "metric not read", "metric", what, "error", err)
		}
		return err != nil
	}
	kept := g.server.d.API.Store
	if counts, err := kept.Tally(ctx, store.Visible{}, "cloud"); !failed("resources", err) {
		for _, c := range counts {
			add(describe("resources", "Resources that are kept, by cloud.", "cloud"), float64(c.Count), c.Name)
		}
	}
	if counts, err := kept.Open(ctx, store.Visible{}, "severity"); !failed("open findings", err) {
		for _, c := range counts {
			add(describe("findings_open", "Open findings, by severity.", "severity"), float64(c.Count), c.Name)
		}
	}
	if l, err := kept.Latency(ctx, now.Add(-time.Hour)); !failed("latency", err) && l.Count > 0 {
		d := describe("event_latency_seconds", "From the API call to the alert, over the last hour.", "quantile")
		add(d, l.P50, "0.5")
		add(d, l.P95, "0.95")
		add(d, l.P99, "0.99")
		add(describe("event_latency_count", "Alerts whose latency was measured in the last hour."), float64(l.Count))
	}
	if g.server.d.Depths != nil {
		if depths, err := g.server.d.Depths(ctx); !failed("queues", err) {
			for queue, n := range depths {
				add(describe("jobs_waiting", "Jobs that wait, by queue.", "queue"), float64(n), queue)
			}
		}
	}
	return all
}
