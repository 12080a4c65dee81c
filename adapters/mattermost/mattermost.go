// Package mattermost connects a Mattermost server: what it says becomes events
// for the inbox, and what the bot says becomes posts, private notes, pages and
// dialogs. It translates and decides nothing.
//
// What is let in: messages of people (also edited, deleted, in threads, with
// files, in direct and group messages, from shared channels) and reactions,
// over the WebSocket; slash commands, presses of our buttons and our dialogs,
// over HTTP. What is not: the bot's own messages, those of other bots, webhooks
// and plugins, and what the server itself posts (joins, topics and the like).
//
// The WebSocket is not acknowledged, and the server repeats nothing by itself.
// What the inbox could not take, and what was said while no socket was open, is
// read over REST: GET /channels/{id}/posts?since= tells of new messages, of
// edits, deletions and reactions, and every key is made of the server's own ids,
// so that the same happening has the same key on both ways.
//
// Buttons, dialogs and commands are HTTP calls of the server to us, which
// Mattermost does not sign. They are let in by what we signed ourselves: the
// context of a button (which no client ever sees), the state of a dialog (which
// its user sees, and which therefore names that user) and the address of a
// command (which only those see who manage commands), together with the token
// of a command that we registered.
//
// There is no completion of half-typed arguments: the server keeps the
// autocomplete data of plugins' commands alone, and asks nobody but plugins for
// dynamic lists (app/command_autocomplete.go of the server).
package mattermost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/hearing"
	"sereno/adapters/internal/lanes"
	"sereno/adapters/internal/waits"
	"sereno/bot"
)

// Platform is the name under which this adapter's channels and people are configured.
const Platform = "mattermost"

// Config is how to reach one Mattermost server as one bot.
type Config struct {
	// URL is the server's address, "https://chat.example.com", with the path under
	// which it is served where there is one.
	URL string
	// Token speaks for the bot: the access token of its account.
	Token string
	// Team is the name or id of the team that gets the slash commands; every team
	// that the bot is in when empty.
	Team string
	// CallbackURL is where the server reaches us, "https://sereno.example.com":
	// Handler answers under it.
	CallbackURL string
	// Secret signs what comes back to us in buttons, dialogs and commands, 16 bytes
	// at least. It is derived from Token when empty; a new token then makes buttons
	// and registered commands of before worthless, until they are shown and
	// registered anew.
	Secret string
}

// Options are the adapter's surroundings.
type Options struct {
	// Logger is slog.Default() when nil.
	Logger *slog.Logger
	// Clock stamps what comes without a time (commands, presses and forms); the
	// machine's when nil.
	Clock bot.Clock
	// Client makes the HTTP calls; http.DefaultTransport is used when nil. A
	// *http.Transport in it also lends its TLS settings and proxy to the WebSocket.
	Client *http.Client
	// Acting reports whether a reaction's short name stands for an action. For
	// those, the message that was reacted to is fetched, so that the event says
	// its text and thread. None is fetched when nil.
	Acting func(reaction string) bool
	// Groups lists the ids of the server's groups that matter now: an event says in
	// which of them its author is. None when nil.
	Groups func() []string
	// Commands are those that Apply registers.
	Commands []bot.CommandSpec
}

// tuning holds the durations that tests shorten.
type tuning struct {
	call     time.Duration // one call of the API, and opening a socket
	upload   time.Duration // one file
	lookup   time.Duration // a person's name, before the event is accepted without it
	accept   time.Duration // the inbox making an event durable
	answer   time.Duration // a press waits so long for a private reply to take along
	patience time.Duration // live messages are let in after this although catching up still fails
	silence  time.Duration // a socket without any sign of life is given up
	token    time.Duration // between two looks at whether the token is still good
	sweep    time.Duration // between two comparisons with the channels' history
	late     time.Duration // a message that a sweep finds and no socket brought, when older than this
	retryMin time.Duration // first wait after a failure
	retryMax time.Duration // longest wait after a failure
	authWait time.Duration // wait of a delivery that failed because of the token
	limited  time.Duration // wait when the server is too busy and does not say how long
}

var defaults = tuning{
	call:     15 * time.Second,
	upload:   5 * time.Minute,
	lookup:   700 * time.Millisecond,
	accept:   10 * time.Second,
	answer:   700 * time.Millisecond,
	patience: time.Minute,
	silence:  30 * time.Second,
	token:    time.Minute,
	sweep:    10 * time.Minute,
	late:     time.Minute,
	retryMin: 500 * time.Millisecond,
	retryMax: time.Minute,
	authWait: 5 * time.Minute,
	limited:  10 * time.Second,
}

// Adapter is one bot on one server. Make it with New. It is safe for use by
// several goroutines; Run is called once.
type Adapter struct {
	config   Config
	api      *model.Client4
	socket   string // the address for WebSockets
	log      *slog.Logger
	clock    bot.Clock
	acting   func(string) bool
	groupIDs func() []string
	commands []bot.CommandSpec
	signer   signer
	tune     tuning

	session   atomic.Pointer[session] // nil until Run has learnt who we are
	known     knownServer
	people    *people
	channels  *channels
	directs   directs
	groups    groups
	sent      *sent
	private   private
	replies   replies
	tokens    commandTokens
	notUrgent atomic.Bool // marking posts as urgent was refused
	lanes     *lanes.Lanes
	hearing   hearing.Hearing
	history   *history
	open      openSocket
	revoked   chan error // a call that found the token refused; capacity 1, more add nothing
}

// session is what Run knows and the HTTP handler needs.
type session struct {
	in bot.Inbox
	at *server
}

var (
	_ bot.Adapter    = (*Adapter)(nil)
	_ bot.FileSource = (*Adapter)(nil)
)

// New makes an adapter. It fails on a configuration that cannot work and
// calls nobody.
func New(c Config, o Options) (*Adapter, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.Client == nil {
		o.Client = &http.Client{}
	}
	if o.Acting == nil {
		o.Acting = func(string) bool { return false }
	}
	if o.Groups == nil {
		o.Groups = func() []string { return nil }
	}
	a := &Adapter{
		config:   c,
		api:      model.NewAPIv4Client(c.URL),
		socket:   "ws" + strings.TrimPrefix(c.URL, "http"),
		log:      o.Logger.With("platform", Platform),
		clock:    o.Clock,
		acting:   o.Acting,
		groupIDs: o.Groups,
		commands: o.Commands,
		signer:   newSigner(c),
		tune:     defaults,
		sent:     newSent(),
		lanes:    lanes.New(maxUnderWay),
		history:  newHistory(),
		revoked:  make(chan error, 1),
	}
	a.api.HTTPClient = o.Client
	a.api.SetToken(c.Token)
	a.people = newPeople(a.lookUp, a.lookUpByName)
	a.channels = newChannels(a.lookUpChannel)
	return a, nil
}

// leastSecret is the fewest bytes that a secret has.
const leastSecret = 16

func (c Config) checked() (Config, error) {
	c.URL, c.CallbackURL = strings.TrimRight(c.URL, "/"), strings.TrimRight(c.CallbackURL, "/")
	var wrong []error
	if !isAddress(c.URL) {
		wrong = append(wrong, errors.New("the server's url must be an address such as https://chat.example.com"))
	}
	if !isAddress(c.CallbackURL) {
		wrong = append(wrong, errors.New("the callback_url must be the address at which the server reaches the bot, such as https://sereno.example.com"))
	}
	if c.Token == "" {
		wrong = append(wrong, errors.New("the bot's access token is missing"))
	}
	if c.Secret != "" && len(c.Secret) < leastSecret {
		wrong = append(wrong, fmt.Errorf("the secret must have %d bytes at least", leastSecret))
	}
	if err := errors.Join(wrong...); err != nil {
		return c, fmt.Errorf("mattermost: %w", err)
	}
	return c, nil
}

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.RawQuery == "" && u.Fragment == ""
}

// Platform is "mattermost".
func (a *Adapter) Platform() string { return Platform }

// Features is what Mattermost has
// (developers.mattermost.com/integrate/plugins/interactive-messages and
// /interactive-dialogs; the trigger of a dialog lives for 3 s, the response
// address of a command for 30 minutes).
func (a *Adapter) Features() bot.Features {
	return bot.Features{
		PrivateReply: true, Forms: true, Edits: true, Deletes: true, Reactions: true, Files: true,
		MessageChars: model.PostMessageMaxRunesV1, Buttons: maxButtons,
		AnswerWithin: 3 * time.Second, FollowUpFor: 30 * time.Minute,
	}
}

// Run receives until ctx ends, and returns nil then. It returns an error only
// when trying again cannot help: the server refuses the token, also when asked again.
func (a *Adapter) Run(ctx context.Context, in bot.Inbox) error {
	a.hearing.Begin()
	at, err := a.signIn(ctx)
	if err != nil {
		return ending(ctx, err)
	}
	a.history.close(in.Channels(Platform))
	a.session.Store(&session{in: in, at: at})
	defer a.session.Store(nil)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.watchToken(ctx) })
	g.Go(func() error { return a.keepUp(ctx, in) })
	g.Go(func() error { return a.keepConnected(ctx) })
	g.Go(func() error { return a.learnTokens(ctx, at) })
	err = g.Wait()
	a.lanes.Wait()
	return ending(ctx, err)
}

// DeafSince implements bot.Listener.
func (a *Adapter) DeafSince() time.Time { return a.hearing.DeafSince() }

// ending drops the error that only says that we were told to stop.
func ending(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// signIn asks the server who we are, for as long as it takes.
func (a *Adapter) signIn(ctx context.Context) (*server, error) {
	wait := a.waits()
	for {
		at, err := a.server(ctx)
		if err == nil {
			a.log.Info("signed in", "version", at.version, "bot", at.username)
			return at, nil
		}
		if refusedToken(err) {
			return nil, fmt.Errorf("mattermost refuses the bot's token: %w", err)
		}
		if ctx.Err() == nil {
			a.log.Warn("cannot sign in yet", "err", err)
		}
		if err := wait.Pause(ctx, retryAfter(err)); err != nil {
			return nil, err
		}
	}
}

// watchToken ends Run when a call found the token refused and the server, asked
// twice more, says so again. One refusal alone may be a passing fault. It also
// asks by itself: a server whose token was revoked may keep the socket open and
// answer its pings, and only send nothing any more (seen with 10.4).
func (a *Adapter) watchToken(ctx context.Context) error {
	again := time.NewTicker(a.tune.token)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.revoked:
		case <-again.C:
		}
		wait := a.waits()
		var err error
		for range 2 {
			if _, err = a.me(ctx); !refusedToken(err) {
				break
			}
			if pause := wait.Pause(ctx, 0); pause != nil {
				return pause
			}
		}
		if refusedToken(err) {
			return fmt.Errorf("mattermost refuses the bot's token: %w", err)
		}
	}
}

// maxUnderWay bounds what is being accepted at once. Beyond it, reading from
// the server waits: nothing is dropped.
const maxUnderWay = 512

func (a *Adapter) waits() *waits.Waits { return waits.New(a.tune.retryMin, a.tune.retryMax) }
