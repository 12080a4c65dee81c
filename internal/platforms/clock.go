package platforms

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"sereno/bot/company"
)

// maxSkew is how far our clock may be from a platform's. Signatures are refused
// at five minutes, and a commitment that is missed by a minute is missed.
const maxSkew = 45 * time.Second

// clockWatch compares the platform's clock, which every answer carries in its
// Date, with ours. The smallest difference of all answers counts: what a slow
// network adds is no skew.
type clockWatch struct {
	transport *http.Transport
	now       func() time.Time

	mu   sync.Mutex
	seen bool
	skew time.Duration // ours minus theirs
}

func newClockWatch() *clockWatch {
	return &clockWatch{transport: http.DefaultTransport.(*http.Transport).Clone(), now: time.Now}
}

func (c *clockWatch) client() *http.Client { return &http.Client{Transport: c} }

func (c *clockWatch) close() { c.transport.CloseIdleConnections() }

// RoundTrip makes the call and looks at the time of the answer.
func (c *clockWatch) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := c.now()
	answer, err := c.transport.RoundTrip(r)
	if err == nil {
		c.compare(answer.Header.Get("Date"), sent, c.now())
	}
	return answer, err
}

// compare takes the platform's time for one of the second that it names, at
// some instant between sending and receiving.
func (c *clockWatch) compare(date string, sent, got time.Time) {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return
	}
	var skew time.Duration
	switch {
	case sent.After(theirs.Add(time.Second)):
		skew = sent.Sub(theirs)
	case got.Before(theirs):
		skew = got.Sub(theirs)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.seen || skew.Abs() < c.skew.Abs() {
		c.seen, c.skew = true, skew
	}
}

// problems says that our clock is wrong, unless the adapter has said so.
func (c *clockWatch) problems(told []Problem, lang company.Lang) []Problem {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.skew.Abs() < maxSkew || slices.ContainsFunc(told, func(p Problem) bool { return p.Code == "clock" }) {
		return nil
	}
	way := sentence{" behind", " atrasado"}
	if c.skew > 0 {
		way = sentence{" ahead", " adelantado"}
	}
	return []Problem{{Code: "clock", Cause: c.skew.Abs().Round(time.Second).String() + way.in(lang)}}
}
