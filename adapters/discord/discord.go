// Package discord connects Discord: what Discord says becomes events for the
// inbox, and what the bot says becomes messages, private answers, pages and
// forms. It translates and decides nothing.
//
// What is let in: messages of people in channels, threads, forums and direct
// conversations (also edited and deleted), application commands, presses of our
// buttons, our forms, the message command that opens an incident, and added
// reactions. What is not: the bot's own messages, those of other bots and of
// webhooks, and system messages.
//
// Where a thread is a channel of its own on Discord, it is not one here: an
// event's Channel is the parent, and its Thread the message at the root, which
// has the thread's id. A post in a forum is a message at the root of the forum,
// and what is answered to it is in its thread. A reply is in the thread of what
// it replies to, whether or not Discord keeps a thread for that.
//
// The REST calls go through discordgo, its limiter of buckets included. The
// gateway does not: discordgo keeps the close code to itself, which is what
// tells a revoked token or a missing intent from bad weather; it beats without
// jitter, resumes at the wrong address, waits for the first event while it
// holds the lock that handling some events needs (discordgo#513), and comes
// back at once or never (discordgo#899). Ours does what
// https://docs.discord.com/developers/events/gateway says. Payloads are decoded
// by us: discordgo's types refuse a whole message for one component that they
// do not know.
//
// Every key is made of Discord's own ids, so that a message that arrives live,
// again after a resume and once more while catching up is one event. Commands,
// presses, forms, reactions, edits, deletions and direct messages have no
// history that can be read later: what happened of them while no session was
// alive is lost.
package discord

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

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/gaps"
	"sereno/adapters/internal/hearing"
	"sereno/adapters/internal/lanes"
	"sereno/adapters/internal/memory"
	"sereno/adapters/internal/waits"
	"sereno/bot"
)

// Platform is the name under which this adapter's channels and people are configured.
const Platform = "discord"

// DefaultAPI is the address of Discord's API.
const DefaultAPI = "https://discord.com/api/v10"

// Config is how to reach one Discord application.
type Config struct {
	// Token is the bot's, as the Developer Portal shows it, without "Bot ".
	Token string
	// Guild is the server's id. When set, only that server and direct messages
	// are listened to, and commands are registered there, where they are known at
	// once; else everywhere.
	Guild string
	// APIURL is the base address of the REST API, DefaultAPI when empty.
	APIURL string
	// GatewayURL is the address of the gateway (wss://…). When empty the API is
	// asked for it, as Discord wants.
	GatewayURL string
}

// Options are the adapter's surroundings.
type Options struct {
	// Logger is slog.Default() when nil.
	Logger *slog.Logger
	// Clock stamps what Discord sends without a time; the machine's when nil.
	Clock bot.Clock
	// Client makes the HTTP calls; http.DefaultTransport is used when nil.
	Client *http.Client
	// Acting reports whether a reaction's short name stands for an action. For
	// those, the message that was reacted to is fetched, so that the event says
	// its text and author. None is fetched when nil.
	Acting func(reaction string) bool
	// Groups are the ids of the roles that the configuration names; an event says
	// which of them its author has. All of the author's when nil.
	Groups []string
	// Commands are what people can type, in each language; Apply registers them.
	Commands Commands
}

// tuning holds the durations that tests shorten.
type tuning struct {
	call      time.Duration // one call of the API
	lookup    time.Duration // something about an event, before it is accepted without it
	accept    time.Duration // the inbox making an event durable
	hold      time.Duration // a command or press waiting for a form or private answer as its first answer; under Discord's 3 s
	linger    time.Duration // "thinking…" shown without an answer, before it is taken away
	complete  time.Duration // the inbox finding choices for what is half typed; under Discord's 3 s
	patience  time.Duration // live messages are let in after this although catching up still fails
	ready     time.Duration // the gateway saying Ready after we said who we are
	sweep     time.Duration // between two comparisons with the channels' history
	late      time.Duration // a message that a sweep finds and the gateway did not bring, when older than this
	retryMin  time.Duration // first wait after a failure
	retryMax  time.Duration // longest wait after a failure
	beginMax  time.Duration // longest wait after a session that we began came to nothing
	authWait  time.Duration // wait of a delivery that failed because of the token
	remembers time.Duration // how long Discord surely recognises a nonce
}

var defaults = tuning{
	call:      15 * time.Second,
	lookup:    1500 * time.Millisecond,
	accept:    10 * time.Second,
	hold:      1800 * time.Millisecond,
	linger:    6 * time.Second,
	complete:  2 * time.Second,
	patience:  time.Minute,
	ready:     time.Minute,
	sweep:     10 * time.Minute,
	late:      time.Minute,
	retryMin:  time.Second,
	retryMax:  30 * time.Second,
	beginMax:  2 * time.Minute, // 720 a day: under the 1,000 times that a bot may identify
	authWait:  5 * time.Minute,
	remembers: 2 * time.Minute,
}

// Adapter is one connected Discord application. Make it with New. It is safe
// for use by several goroutines; Run is called once.
type Adapter struct {
	config Config
	api    *discordgo.Session
	pace   *pace
	log    *slog.Logger
	clock  bot.Clock
	acting func(string) bool
	groups map[string]bool // nil: all
	specs  Commands
	tune   tuning

	session  atomic.Pointer[session] // nil until Run has learnt who we are
	me       atomic.Pointer[identity]
	places   *places
	directs  memory.Memory[string, string] // person → direct conversation
	where    memory.Memory[string, string] // message → the channel that it is really in, where that is a thread
	roots    memory.Memory[string, string] // reply → the message that the conversation began with
	ours     memory.Memory[string, string] // nonce → message of ours
	mine     memory.Memory[string, bool]   // messages of ours
	tried    memory.Memory[string, time.Time]
	pending  pending
	lanes    *lanes.Lanes
	hearing  hearing.Hearing
	history  *gaps.History
	link     link
	textless atomic.Int64
	revoked  chan error // a call that found the token refused; capacity 1, more add nothing
}

// session is what Run knows and handlers need.
type session struct {
	in bot.Inbox
	me identity
}

// identity is the bot as Discord knows it: its user and its application.
type identity struct{ user, app string }

var _ interface {
	bot.Adapter
	bot.FileSource
} = (*Adapter)(nil)

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
	if o.Acting == nil {
		o.Acting = func(string) bool { return false }
	}
	a := &Adapter{
		config:  c,
		pace:    newPace(),
		log:     o.Logger.With("platform", Platform),
		clock:   o.Clock,
		acting:  o.Acting,
		specs:   o.Commands,
		tune:    defaults,
		lanes:   lanes.New(maxUnderWay),
		history: gaps.New(earlier),
		revoked: make(chan error, 1),
	}
	if o.Groups != nil {
		a.groups = map[string]bool{}
		for _, id := range o.Groups {
			a.groups[id] = true
		}
	}
	a.places = newPlaces(a.lookUp)
	if a.api, err = library(c.Token, o.Client); err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	return a, nil
}

func (c Config) checked() (Config, error) {
	c.Token = strings.TrimPrefix(strings.TrimSpace(c.Token), "Bot ")
	if c.APIURL == "" {
		c.APIURL = DefaultAPI
	}
	c.APIURL = strings.TrimRight(c.APIURL, "/")
	var wrong []error
	if c.Token == "" {
		wrong = append(wrong, errors.New("the bot's token is missing"))
	}
	if !isAddress(c.APIURL, "https", "http") {
		wrong = append(wrong, errors.New("the API's address must begin with https://"))
	}
	if c.GatewayURL != "" && !isAddress(c.GatewayURL, "wss", "ws") {
		wrong = append(wrong, errors.New("the gateway's address must begin with wss://"))
	}
	if c.Guild != "" && !isSnowflake(c.Guild) {
		wrong = append(wrong, fmt.Errorf("the server's id is a number, not %q", c.Guild))
	}
	if err := errors.Join(wrong...); err != nil {
		return c, fmt.Errorf("discord: %w", err)
	}
	return c, nil
}

func isAddress(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return true
		}
	}
	return false
}

// Platform is "discord".
func (a *Adapter) Platform() string { return Platform }

// Features is what Discord has
// (https://docs.discord.com/developers/resources/message and /interactions).
func (a *Adapter) Features() bot.Features {
	return bot.Features{
		PrivateReply: true, Forms: true, FormInputs: maxInputs, Edits: true, Deletes: true, Reactions: true,
		Files: true, FileBytes: maxFile, Completion: true,
		MessageChars: maxContent, Buttons: maxButtons,
		AnswerWithin: 3 * time.Second, FollowUpFor: followUp,
	}
}

// Run receives until ctx ends, and returns nil then. It returns an error only
// when trying again cannot help: Discord refuses the token, also when asked
// again, or an intent that the bot cannot do without.
func (a *Adapter) Run(ctx context.Context, in bot.Inbox) error {
	a.hearing.Begin()
	me, err := a.identify(ctx)
	if err != nil {
		return ending(ctx, err)
	}
	a.history.Close(in.Channels(Platform))
	a.session.Store(&session{in: in, me: me})
	defer a.session.Store(nil)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.watchToken(ctx) })
	g.Go(func() error { return a.keepUp(ctx, in) })
	g.Go(func() error { return a.keepConnected(ctx) })
	err = g.Wait()
	a.lanes.Wait()
	a.pending.wait()
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

// identify asks Discord who we are, for as long as it takes.
func (a *Adapter) identify(ctx context.Context) (identity, error) {
	wait := a.waits()
	for {
		me, err := a.whoAmI(ctx)
		if err == nil {
			a.log.Info("signed in", "bot", me.user, "application", me.app)
			return me, nil
		}
		if refusedToken(err) {
			return identity{}, fmt.Errorf("discord refuses the bot's token: %w", err)
		}
		a.log.Warn("cannot sign in yet", "err", err)
		if err := wait.Pause(ctx, retryAfter(err)); err != nil {
			return identity{}, err
		}
	}
}

// whoAmI answers the bot's user and application; the latter's id is the
// former's but for very old applications.
func (a *Adapter) whoAmI(ctx context.Context) (identity, error) {
	if me := a.me.Load(); me != nil {
		return *me, nil
	}
	var u user
	if err := a.get(ctx, "/users/@me", &u); err != nil {
		return identity{}, err
	}
	if u.ID == "" {
		return identity{}, errors.New("discord does not say who the bot is")
	}
	var app struct {
		ID string `json:"id"`
	}
	if err := a.get(ctx, "/applications/@me", &app); err != nil && !refused(err) {
		return identity{}, err
	}
	me := identity{user: u.ID, app: firstOf(app.ID, u.ID)}
	a.me.Store(&me)
	return me, nil
}

// watchToken ends Run when a call found the token refused and Discord, asked
// twice more, says so again. One refusal alone may be a passing fault.
func (a *Adapter) watchToken(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.revoked:
		}
		wait := a.waits()
		var err error
		for range 2 {
			var u user
			if err = a.get(ctx, "/users/@me", &u); !refusedToken(err) {
				break
			}
			if pause := wait.Pause(ctx, 0); pause != nil {
				return pause
			}
		}
		if refusedToken(err) {
			return fmt.Errorf("discord refuses the bot's token: %w", err)
		}
	}
}

func firstOf(options ...string) string {
	for _, o := range options {
		if o != "" {
			return o
		}
	}
	return ""
}

// maxUnderWay bounds what is being accepted at once. Beyond it, reading from
// the gateway waits: nothing is dropped, and Discord keeps what we do not read
// until we resume.
const maxUnderWay = 4096

func (a *Adapter) waits() *waits.Waits { return waits.New(a.tune.retryMin, a.tune.retryMax) }
