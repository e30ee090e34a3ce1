package server

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"docket/app/desk"
	"docket/sync/hub"
)

// privateRoutes is what only this computer may ask: whether the program lives,
// whether it can do its work, and what it did.
func (s *Server) privateRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, q *http.Request) {
		switch _, err := s.deskName(q); {
		case s.draining.Load():
			plain(w, http.StatusServiceUnavailable, "draining")
		case err != nil:
			s.cfg.Log.Error("not ready", "err", err)
			plain(w, http.StatusServiceUnavailable, notReady(err))
		default:
			plain(w, http.StatusOK, "ready")
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.cfg.Metrics, promhttp.HandlerOpts{}))
	return mux
}

// notReady says what stands in the way. Only this computer reads it.
func notReady(err error) string {
	var e *desk.Error
	if !errors.As(err, &e) {
		return "The database cannot be read. The log says why."
	}
	return strings.TrimSpace(e.Message + " " + e.Hint)
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// metrics registers what the door and the hub count. Names and labels hold no
// person, ticket or address.
func (s *Server) metrics() {
	s.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "docket_http_requests_total", Help: "Requests by endpoint and class of answer.",
	}, []string{"endpoint", "class"})
	h := s.cfg.Hub
	count := func(name, help string, get func(hub.Counters) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(get(h.Counters())) })
	}
	gauge := func(name, help string, get func(hub.Counters) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(get(h.Counters())) })
	}
	started := time.Now()
	s.cfg.Metrics.MustRegister(
		s.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("docket_sessions", "Devices connected.", func(c hub.Counters) int { return c.Sessions }),
		gauge("docket_lanes", "Lanes somebody listens to.", func(c hub.Counters) int { return c.Lanes }),
		count("docket_wakes_total", "Sessions woken because a lane moved.", func(c hub.Counters) uint64 { return c.Wakes }),
		count("docket_lane_reads_total", "Steps of lanes read from the store.", func(c hub.Counters) uint64 { return c.Reads }),
		count("docket_lane_shared_total", "Steps of lanes taken from those kept.", func(c hub.Counters) uint64 { return c.Shared }),
		count("docket_encodes_total", "Batches encoded.", func(c hub.Counters) uint64 { return c.Encodes }),
		count("docket_batches_sent_total", "Batches handed to connections.", func(c hub.Counters) uint64 { return c.Sent }),
		count("docket_batch_bytes_sent_total", "Their bytes.", func(c hub.Counters) uint64 { return c.SentBytes }),
		count("docket_slow_closed_total", "Connections closed because they read too slowly.", func(c hub.Counters) uint64 { return c.SlowClosed }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "docket_uptime_seconds", Help: "Seconds since the start."},
			func() float64 { return time.Since(started).Seconds() }),
	)
}
