package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"sereno/adapters/internal/waits"
)

// userAgent is what Discord wants every client to say
// (https://docs.discord.com/developers/reference#user-agent).
const userAgent = "DiscordBot (https://github.com/bwmarrin/discordgo, " + discordgo.VERSION + ") Sereno"

// library is the client library's session, as far as it makes REST calls. What
// it would do by itself after a failure is left to us, who know what the call
// was: it would sleep through a shutdown, and repeat what may have been done.
func library(token string, client *http.Client) (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, err
	}
	c := http.Client{}
	if client != nil {
		c = *client
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.Transport = transport{c.Transport}
	s.Client, s.UserAgent = &c, userAgent
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0
	s.LogLevel = -1
	return s, nil
}

// request is one call of the API.
type request struct {
	method string
	path   string // after the API's address, with the query
	body   any    // sent as JSON; nil sends none
	files  *files // sent beside body, as a form
	// free calls answer an interaction: they are not under the global limit, each
	// has a bucket of its own, and they do not bear the bot's token.
	free bool
	// brief calls wait for the route's limit no longer than sendWait: for a message
	// that must wait for its channel, those of other channels need not.
	brief bool
}

// sendWait is how long a brief call waits.
const sendWait = 20 * time.Millisecond

func (a *Adapter) get(ctx context.Context, path string, out any) error {
	return a.call(ctx, request{method: http.MethodGet, path: path}, out)
}

// call makes one call and reads its answer into out, unless that is nil. It
// waits for the limits, as long as ctx allows and the request wants to; the call
// itself may take tune.call. Its errors hold no address, for those of interactions are secret.
func (a *Adapter) call(ctx context.Context, r request, out any) error {
	bucket, err := a.reserve(ctx, r)
	if err != nil {
		return err
	}
	answer, err := a.send(ctx, r, bucket)
	if err != nil {
		return withoutAddress(err)
	}
	if out == nil || len(answer) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("read discord's answer: %w", err)
	}
	return nil
}

func (a *Adapter) send(ctx context.Context, r request, bucket *discordgo.Bucket) ([]byte, error) {
	limit := a.tune.call
	if r.files != nil {
		limit += r.files.time()
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	options := []discordgo.RequestOption{discordgo.WithContext(ctx)}
	var body []byte
	kind := "application/json"
	if r.body != nil {
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			_ = bucket.Release(nil) // only unlocks
			return nil, fmt.Errorf("write the call: %w", err)
		}
	}
	if r.files != nil {
		form := r.files.form(ctx, body)
		defer form.Close()
		body, kind = []byte{}, form.contentType
		options = append(options, func(c *discordgo.RequestConfig) {
			c.Request.Body, c.Request.ContentLength, c.Request.GetBody = form, form.length, nil
		})
	}
	if r.free {
		options = append(options, func(c *discordgo.RequestConfig) { c.Request.Header.Del("Authorization") })
	}
	return a.api.RequestWithLockedBucket(r.method, a.config.APIURL+r.path, kind, body, bucket, 0, options...)
}

// reserve waits for the library's bucket of the route, and for a place among
// the calls of this second. The bucket that it answers is locked; sending
// releases it.
func (a *Adapter) reserve(ctx context.Context, r request) (*discordgo.Bucket, error) {
	if r.free {
		return discordgo.NewRatelimiter().LockBucket(""), nil
	}
	limits := a.api.Ratelimiter
	b := limits.GetBucket(bucketOf(r.method, r.path))
	for {
		b.Lock()
		wait := limits.GetWaitTime(b, 1)
		if wait <= 0 {
			break
		}
		b.Unlock()
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait || r.brief && wait > sendWait {
			return nil, &limited{wait}
		}
		if err := waits.Sleep(ctx, wait); err != nil {
			return nil, &unsentError{err}
		}
	}
	if err := a.pace.wait(ctx); err != nil {
		b.Unlock()
		return nil, &unsentError{err}
	}
	b.Remaining--
	return b, nil
}

// bucketOf names the bucket that Discord counts the call in: its method and
// route, with the channel or server that it concerns but no other id
// (https://docs.discord.com/developers/topics/rate-limits).
func bucketOf(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i := range parts {
		switch {
		case parts[i] == "reactions":
			return method + " " + strings.Join(parts[:i+1], "/")
		case i >= 2 && isSnowflake(parts[i]):
			parts[i] = "*"
		}
	}
	return method + " " + strings.Join(parts, "/")
}

// transport puts right what discordgo's limiter does not read: how long to wait
// after a 429 is in Retry-After, which alone holds for the global and shared
// limits, and a 429 of the proxies before Discord is no JSON.
type transport struct{ next http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusTooManyRequests {
		return answer, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	answer.Body.Close()
	if err != nil {
		return nil, err
	}
	var said struct {
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	if json.Unmarshal(body, &said) != nil || said.RetryAfter <= 0 {
		said.RetryAfter, _ = strconv.ParseFloat(answer.Header.Get("Retry-After"), 64)
		if said.RetryAfter <= 0 {
			said.RetryAfter = politeWait.Seconds()
		}
		body = fmt.Appendf(nil, `{"message":"rate limited","retry_after":%g}`, said.RetryAfter)
	}
	answer.Header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(said.RetryAfter, 'f', 3, 64))
	answer.Header.Set("X-RateLimit-Remaining", "0")
	if said.Global {
		answer.Header.Set("X-RateLimit-Global", "true")
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// withoutAddress drops the address from an error of the HTTP client and of the
// library: those that answer interactions hold a token.
func withoutAddress(err error) error {
	var limit *discordgo.RateLimitError
	if errors.As(err, &limit) {
		return &limited{max(limit.RetryAfter, 0)}
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
