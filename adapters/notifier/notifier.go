// Package notifier reaches people with an HTTP request: through a provider of text
// messages or calls, or another program that takes webhooks. What is sent is
// configured; what nobody configures is our own JSON document (webhook.go). A
// provider may report later what became of a message (status.go).
package notifier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"sereno/adapters/links"
	"sereno/bot"
	"sereno/bot/letter"
)

// Config is one notifier.
type Config struct {
	// Name is its platform.
	Name        string
	URL, Method string
	// Username and Password are sent by basic authentication where there is one.
	Username, Password string
	Headers            []Header
	// Fields make a form; Body is a whole body of ContentType. With neither, the
	// webhook's document is sent.
	Fields      []Field
	Body        *letter.Template
	ContentType string
	// Success are the statuses that mean that it was taken; any 2xx when empty.
	Success []int
	// Signing signs every request; "" for none.
	Signing string
	// Status says how the provider's later word is read, nil where none comes.
	Status *Status
}

// Header is one of the request's.
type Header struct{ Name, Value string }

// Field is one of a form's.
type Field struct {
	Name  string
	Value *letter.Template
}

// Status is how a provider says what became of a message: the field Field holds
// one of the words.
type Status struct {
	Field                   string
	Delivered, Seen, Failed []string
}

// Options are the adapter's surroundings.
type Options struct {
	// Logger is slog.Default() when nil.
	Logger *slog.Logger
	// Client makes the calls; one that follows no redirects is made when nil.
	Client *http.Client
	// Clock is the machine's when nil.
	Clock bot.Clock
	// Links make the links to acknowledge and to report; there are none when nil.
	Links *links.Links
}

const (
	// call bounds one request.
	call = 15 * time.Second
	// maxAnswer is how much of an answer is looked at, in bytes.
	maxAnswer = 4 << 10
	// limited is the wait where a provider asks for one and does not say how long.
	limited = 10 * time.Second
	// maxWait bounds what a provider may ask for.
	maxWait = 10 * time.Minute
)

// Adapter is one notifier. Make it with New. It is safe for use by several
// goroutines.
type Adapter struct {
	config Config
	log    *slog.Logger
	client *http.Client
	clock  bot.Clock
	links  *links.Links
	in     atomic.Pointer[bot.Inbox]
}

var _ bot.Adapter = (*Adapter)(nil)

// New makes an adapter. It calls nobody.
func New(c Config, o Options) (*Adapter, error) {
	if c.Name == "" || c.URL == "" || c.Method == "" {
		return nil, errors.New("notifier: a name, an address and a method are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	client := http.Client{}
	if o.Client != nil {
		client = *o.Client
	}
	// What was meant for one address, with its secrets, goes to no other.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Adapter{config: c, log: o.Logger, client: &client, clock: o.Clock, links: o.Links}, nil
}

// Platform is its name.
func (a *Adapter) Platform() string { return a.config.Name }

// Features: it only goes one way.
func (a *Adapter) Features() bot.Features { return bot.Features{OneWay: true} }

// Run waits for the end: what comes in comes to the Handler.
func (a *Adapter) Run(ctx context.Context, in bot.Inbox) error {
	a.in.Store(&in)
	in.CaughtUp(a.config.Name)
	<-ctx.Done()
	return nil
}

// Deliver makes the request of a page or a direct message. An Update of one that
// was sent changes nothing: nobody is called twice for what they need not do.
func (a *Adapter) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	switch d.Kind {
	case bot.Page, bot.Direct:
	case bot.Update:
		return bot.Receipt{}, nil
	default:
		return bot.Receipt{}, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("%s carries no %s", a.config.Name, d.Kind)}
	}
	if d.User == "" {
		return bot.Receipt{}, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("%s reaches a person, not a channel", a.config.Name)}
	}
	ctx, cancel := context.WithTimeout(ctx, call)
	defer cancel()
	r, err := a.request(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	answer, err := a.client.Do(r)
	if err != nil {
		return bot.Receipt{}, unanswered(err)
	}
	defer answer.Body.Close()
	// What it says is not shown: it may repeat what it was sent.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	return bot.Receipt{}, a.judge(answer)
}

// judge says what an answer means for the delivery.
func (a *Adapter) judge(answer *http.Response) error {
	code := answer.StatusCode
	if code/100 == 2 && (len(a.config.Success) == 0 || slices.Contains(a.config.Success, code)) {
		return nil
	}
	out := &bot.DeliveryError{Err: fmt.Errorf("%s answers %d %s", a.config.Name, code, http.StatusText(code)), NotSent: code/100 == 3 || code/100 == 4}
	switch {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly:
	case code == http.StatusTooManyRequests:
		out.RetryAfter = waitOf(answer, a.clock.Now(), limited)
	case code == http.StatusServiceUnavailable:
		out.NotSent, out.RetryAfter = true, waitOf(answer, a.clock.Now(), 0)
	case code < 500:
		out.Permanent = true
	}
	return out
}
