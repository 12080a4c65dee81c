package discordtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// What the rate limits are: all calls of the bot in a second, and messages in a
// channel. The second is Discord's usual answer in its headers.
const (
	global   = 50
	perRoute = 5
	window   = 5 * time.Second
)

// limits counts calls.
type limits struct {
	second []time.Time
	routes map[string]*route
	over   int // calls that were refused
}

type route struct {
	left  int
	until time.Time
}

func newLimits() limits { return limits{routes: map[string]*route{}} }

// limited answers a call that is over a limit. The lock is held.
func (s *Server) limited(c *call) (answer, bool) {
	if !s.o.Limits || c.parts[0] == "interactions" || c.parts[0] == "webhooks" {
		return answer{}, false
	}
	now := time.Now()
	s.limits.second = slices.DeleteFunc(s.limits.second, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(s.limits.second) >= global {
		s.limits.over++
		a := tooMany(time.Second-now.Sub(s.limits.second[0]), "global")
		a.header.Set("X-RateLimit-Global", "true")
		return a, true
	}
	s.limits.second = append(s.limits.second, now)
	if c.method+" "+c.route() != "POST channels/*/messages" {
		return answer{}, false
	}
	r := s.limits.routes[c.parts[1]]
	if r == nil || now.After(r.until) {
		r = &route{perRoute, now.Add(window)}
		s.limits.routes[c.parts[1]] = r
	}
	if r.left == 0 {
		s.limits.over++
		return tooMany(r.until.Sub(now), "user"), true
	}
	r.left--
	return answer{}, false
}

// header says how much is left. The lock is held.
func (l *limits) header(c *call) http.Header {
	h := http.Header{}
	if len(c.parts) < 2 {
		return h
	}
	if r := l.routes[c.parts[1]]; r != nil && c.method+" "+c.route() == "POST channels/*/messages" {
		h.Set("X-RateLimit-Limit", strconv.Itoa(perRoute))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(r.left))
		h.Set("X-RateLimit-Reset-After", seconds(time.Until(r.until)))
		h.Set("X-RateLimit-Bucket", "messages")
	}
	return h
}

func tooMany(wait time.Duration, scope string) answer {
	wait = max(wait, time.Millisecond)
	return answer{
		status: http.StatusTooManyRequests,
		header: http.Header{
			"Retry-After": {strconv.Itoa(int((wait + time.Second - 1) / time.Second))}, "X-Ratelimit-Scope": {scope},
		},
		body: map[string]any{"message": "You are being rate limited.", "retry_after": wait.Seconds(), "global": scope == "global"},
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", max(d, 0).Seconds()) }

// Over is how many calls were over a limit.
func (s *Server) Over() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.over
}

// Least is the shortest time in which the limits let n messages into each of so
// many channels.
func Least(channels, n int) time.Duration {
	each := time.Duration((n-1)/perRoute) * window
	all := time.Duration((channels*n-1)/global) * time.Second
	return max(each, all)
}
