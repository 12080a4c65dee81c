package ops

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sereno/bot"
)

// Metrics counts what the bot does, for Prometheus. It implements bot.Metrics;
// no label holds what a person wrote or who wrote it.
type Metrics struct {
	registry *prometheus.Registry

	accepted  *prometheus.CounterVec
	refused   *prometheus.CounterVec
	handling  *prometheus.HistogramVec
	failed    *prometheus.CounterVec
	delivered *prometheus.HistogramVec
	fired     *prometheus.HistogramVec
	opened    *prometheus.CounterVec
	breached  *prometheus.CounterVec
	watch     *prometheus.CounterVec
}

var _ bot.Metrics = (*Metrics)(nil)

// seconds are the histograms' upper bounds: the core answers within
// milliseconds, a platform within seconds, and a backlog takes minutes.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300}

// NewMetrics makes the counters of a process that runs the version.
func NewMetrics(version string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sereno_" + name, Help: help}, labels)
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sereno_" + name, Help: help, Buckets: seconds}, labels)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		accepted: counter("events_accepted_total", "Events that platforms handed over and that were written down; repeated ones were known already.", "platform", "kind", "repeated"),
		refused:  counter("events_refused_total", "Requests that an adapter did not let in.", "platform", "reason"),
		handling: histogram("event_handling_seconds", "Time from an event to the commit of what it changed.", "platform", "kind"),
		failed:   counter("event_failures_total", "Attempts to handle an event that failed; it is tried again or set aside.", "platform", "kind"),
		delivered: histogram("delivery_seconds", "Time of an attempt to hand a delivery to its platform, by outcome: sent, retry or dead.",
			"platform", "kind", "outcome"),
		fired:    histogram("timer_lateness_seconds", "How long after its due instant a timer was looked at.", "kind"),
		opened:   counter("incidents_opened_total", "Incidents opened.", "customer"),
		breached: counter("clocks_breached_total", "Commitments that were not kept.", "customer", "clock"),
		watch:    counter("watch_found_total", "What the watchman found that should not be: escalations without a next step, timers and pages that wait too long.", "kind"),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sereno_build_info", Help: "Always 1; the label says which version runs."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(
		m.accepted, m.refused, m.handling, m.failed, m.delivered, m.fired, m.opened, m.breached, m.watch, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// EventAccepted counts an event that was written down.
func (m *Metrics) EventAccepted(platform string, kind bot.EventKind, fresh bool) {
	m.accepted.WithLabelValues(platform, string(kind), strconv.FormatBool(!fresh)).Inc()
}

// EventRefused counts what an adapter did not let in.
func (m *Metrics) EventRefused(platform, reason string) {
	m.refused.WithLabelValues(platform, reason).Inc()
}

// EventHandled observes an event's way from the platform to the commit.
func (m *Metrics) EventHandled(platform string, kind bot.EventKind, took time.Duration, err error) {
	if err != nil {
		m.failed.WithLabelValues(platform, string(kind)).Inc()
		return
	}
	m.handling.WithLabelValues(platform, string(kind)).Observe(took.Seconds())
}

// Delivered observes an attempt to deliver.
func (m *Metrics) Delivered(platform string, kind bot.DeliveryKind, outcome string, took time.Duration) {
	m.delivered.WithLabelValues(platform, string(kind), outcome).Observe(took.Seconds())
}

// TimerFired observes a timer.
func (m *Metrics) TimerFired(kind string, late time.Duration) {
	m.fired.WithLabelValues(kind).Observe(late.Seconds())
}

// IncidentOpened counts an incident.
func (m *Metrics) IncidentOpened(customer string) { m.opened.WithLabelValues(customer).Inc() }

// ClockBreached counts a commitment that was not kept.
func (m *Metrics) ClockBreached(customer, clock string) {
	m.breached.WithLabelValues(customer, clock).Inc()
}

// WatchFound counts what the watchman found that should not be.
func (m *Metrics) WatchFound(kind string) { m.watch.WithLabelValues(kind).Inc() }

// Watch adds what waits in the queues, read from the store whenever somebody
// asks for the metrics.
func (m *Metrics) Watch(read func(context.Context) (bot.Backlog, error)) {
	m.registry.MustRegister(&backlog{read: read, waiting: prometheus.NewDesc(
		"sereno_backlog", "What waits, by queue; the dead are those that were given up.", []string{"queue"}, nil)})
}

// backlogTime bounds the reading of the queues: whoever watches would rather
// see no number than wait.
const backlogTime = 3 * time.Second

type backlog struct {
	read    func(context.Context) (bot.Backlog, error)
	waiting *prometheus.Desc
}

func (b *backlog) Describe(out chan<- *prometheus.Desc) { out <- b.waiting }

func (b *backlog) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), backlogTime)
	defer cancel()
	now, err := b.read(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(b.waiting, err)
		return
	}
	for queue, n := range map[string]int{
		"events": now.Events, "deliveries": now.Deliveries, "timers": now.Timers,
		"dead_events": now.DeadEvents, "dead_deliveries": now.DeadDeliveries,
	} {
		out <- prometheus.MustNewConstMetric(b.waiting, prometheus.GaugeValue, float64(n), queue)
	}
}
