package config

import "time"

var heartbeatKeys = section{"heartbeat", []key{
	must("url", "${HEARTBEAT_URL}"), may("every", "1m"), may("fail_url", "${HEARTBEAT_URL}/fail"),
}}

const (
	defaultBeat = time.Minute
	minBeat     = 10 * time.Second
	maxBeat     = time.Hour
	exampleBeat = "https://hc-ping.com/…"
)

// Heartbeat is who is told that all is well, and alarms when that is silent.
type Heartbeat struct {
	// URL is called every Every; whoever knows it can keep the alarm silent.
	URL   Secret
	Every time.Duration
	// FailURL is told what is wrong; "" where silence is to say it.
	FailURL Secret
}

func (v value) heartbeat() *Heartbeat {
	if !v.present() {
		return nil
	}
	h := &Heartbeat{Every: defaultBeat}
	f, ok := v.fields(heartbeatKeys)
	if !ok {
		return h
	}
	h.URL = Secret(f["url"].callAddress(exampleBeat))
	h.FailURL = Secret(f["fail_url"].callAddress(exampleBeat + "/fail"))
	h.Every = f["every"].durationWithin(minBeat, maxBeat, defaultBeat)
	return h
}
