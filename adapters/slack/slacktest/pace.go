package slacktest

import (
	"math"
	"net/url"
	"time"
)

// bucket holds what may be called at once; it fills at a steady rate.
type bucket struct {
	tokens float64
	filled time.Time
}

// rate is how much a bucket holds and how much comes into it each second.
type rate struct {
	most       float64
	perSecond  float64
	perChannel bool
}

func perMinute(n float64) rate { return rate{most: n, perSecond: n / 60} }

// Burst is how many messages a channel takes at once after a silence. Slack
// speaks of short bursts and says no number.
const Burst = 3

// rates are Slack's documented limits: a message a second in each channel, and so
// many calls a minute of each other method (docs.slack.dev/apis/web-api/rate-limits
// and each method's page).
var rates = map[string]rate{
	"chat.postMessage":             {most: Burst, perSecond: 1, perChannel: true},
	"chat.postEphemeral":           perMinute(100),
	"chat.update":                  perMinute(50),
	"chat.delete":                  perMinute(50),
	"conversations.history":        perMinute(50),
	"conversations.info":           perMinute(50),
	"conversations.open":           perMinute(50),
	"conversations.replies":        perMinute(50),
	"files.completeUploadExternal": perMinute(100),
	"files.getUploadURLExternal":   perMinute(100),
	"files.info":                   perMinute(100),
	"reactions.add":                perMinute(50),
	"users.info":                   perMinute(100),
	"views.open":                   perMinute(100),
	"views.publish":                perMinute(100),
}

// leeway is by how much of a call a limit may be exceeded: calls that were made
// in their time may arrive a little closer together.
const leeway = 0.2

// exceeds answers after how many seconds the call may be made again, 0 when it
// may be made now. The lock is held.
func (s *Server) exceeds(method string, p url.Values) int {
	r, limited := rates[method]
	if !s.o.Limited || !limited {
		return 0
	}
	key := method
	if r.perChannel {
		key += " " + p.Get("channel")
	}
	now := time.Now()
	b := s.buckets[key]
	if b == nil {
		b = &bucket{r.most, now}
		s.buckets[key] = b
	}
	b.tokens = min(r.most, b.tokens+now.Sub(b.filled).Seconds()*r.perSecond)
	b.filled = now
	if b.tokens < 1-leeway {
		s.limited++
		return max(1, int(math.Ceil((1-b.tokens)/r.perSecond)))
	}
	b.tokens--
	return 0
}

// LimitedCalls counts the calls that came too soon.
func (s *Server) LimitedCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limited
}
