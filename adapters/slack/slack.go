// Package slack connects Slack: what Slack says becomes events for the inbox,
// and what the bot says becomes messages, ephemeral notes, pages and forms.
// It translates and decides nothing.
//
// What is let in: messages of people (also edited, deleted, in threads, with
// files, broadcast from a thread, /me), slash commands, presses of our buttons,
// our forms, the message shortcut "Open an incident" and added reactions. What
// is not: the bot's own messages and those of any other app or workflow (they
// carry a bot_id), joins, topics and the like, and link previews, which Slack
// reports as edits.
//
// Every key is made of Slack's own ids (channel and ts for a message), so that
// a message that arrives live, as a retry, as app_mention beside message, and
// again while catching up is one event. Retries are never dropped: an event
// that came while no connection was open exists only as a retry.
//
// Slash commands, presses, forms and direct messages have no history that can
// be read later. What Slack could not hand over of them within its own retries
// is lost, and the person sees Slack's own failure notice.
package slack

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

	slackgo "github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/gaps"
	"sereno/adapters/internal/hearing"
	"sereno/adapters/internal/lanes"
	"sereno/adapters/internal/memory"
	"sereno/adapters/internal/waits"
	"sereno/bot"
)

// Platform is the name under which this adapter's channels and people are configured.
const Platform = "slack"

// Mode is the way in which Slack hands us events.
type Mode string

// The modes. Socket needs no address that Slack can reach.
const (
	Socket Mode = "socket"
	HTTP   Mode = "http"
)

// Config is how to reach one Slack app.
type Config struct {
	// BotToken ("xoxb-…") speaks for the bot.
	BotToken string
	// AppToken ("xapp-…", scope connections:write) opens sockets; needed in socket mode.
	AppToken string
	// SigningSecret proves that a request comes from Slack; needed in HTTP mode.
	SigningSecret string
	// APIURL is the base address of the Web API, "https://slack.com/api/" when
	// empty. GovSlack's is "https://slack-gov.com/api/".
	APIURL string
	// Mode is Socket when empty.
	Mode Mode
	// Connections is how many sockets are held, 2 when zero, at most 10 (Slack's
	// limit for an app). With two or more, Slack's refreshes leave no gap.
	Connections int
	// Team is the workspace's id ("T0…"). When set, a token of another workspace
	// is refused at the start. It may be an Enterprise organisation's ("E0…").
	Team string
	// Unlimited: do not keep to Slack's limits ahead of being asked to wait. It is
	// for a server of another make, or a test, that has none.
	Unlimited bool
}

// Options are the adapter's surroundings.
type Options struct {
	// Logger is slog.Default() when nil.
	Logger *slog.Logger
	// Clock stamps what Slack sends without a time (commands and forms) and checks
	// the age of signatures; the machine's when nil.
	Clock bot.Clock
	// Client makes the HTTP calls; http.DefaultTransport is used when nil.
	Client *http.Client
	// Acting reports whether a reaction's short name stands for an action. For
	// those, the message that was reacted to is fetched, so that the event says
	// its text and thread. None is fetched when nil.
	Acting func(reaction string) bool
	// Groups are the ids of the user groups ("S0…") that the configuration names;
	// whose members somebody is, their events say. None are looked up when nil.
	Groups func() []string
	// Workspace reports whether the configuration names a workspace or Enterprise
	// organisation ("T0…", "E0…"). Of several ids that Slack gives for where somebody
	// belongs, an event bears the one that is named. None is when nil.
	Workspace func(id string) bool
	// Aside are the words, in a channel's language, that ask somebody there to write
	// to the bot directly, for what is for their eyes only and Slack lets us show
	// them nowhere else. What cannot be shown is given up when it is nil.
	Aside func(channel string) string
}

// tuning holds the durations that tests shorten.
type tuning struct {
	call     time.Duration // one Web API call
	lookup   time.Duration // a person's name, before the event is accepted without it
	accept   time.Duration // the inbox making an event durable
	hold     time.Duration // a live message waiting for what came before it; under Slack's 3 s
	patience time.Duration // live messages are let in after this although catching up still fails
	silence  time.Duration // a socket without any sign of life is given up
	linger   time.Duration // an old socket is read on after Slack asked us to leave it
	groups   time.Duration // between two looks at who is in the user groups
	sweep    time.Duration // between two comparisons with the channels' history
	late     time.Duration // a message that a sweep finds and no socket brought, when older than this
	retryMin time.Duration // first wait after a failure
	retryMax time.Duration // longest wait after a failure
	authWait time.Duration // wait of a delivery that failed because of the token
	sendWait time.Duration // a delivery waits so long for its turn before it is put off
	readWait time.Duration // as does a read for which nobody waits
	second   time.Duration // a second of Slack's limits
}

var defaults = tuning{
	call:     15 * time.Second,
	lookup:   700 * time.Millisecond,
	accept:   10 * time.Second,
	hold:     2500 * time.Millisecond,
	patience: time.Minute,
	silence:  30 * time.Second,
	linger:   20 * time.Second,
	groups:   groupsFor,
	sweep:    10 * time.Minute,
	late:     time.Minute,
	retryMin: 500 * time.Millisecond,
	retryMax: time.Minute,
	authWait: 5 * time.Minute,
	sendWait: 250 * time.Millisecond,
	readWait: 10 * time.Minute,
	second:   time.Second,
}

// Adapter is one connected Slack app. Make it with New. It is safe for use by
// several goroutines; Run is called once.
type Adapter struct {
	config Config
	api    *slackgo.Client
	log    *slog.Logger
	clock  bot.Clock
	acting func(string) bool
	named  func(workspace string) bool
	aside  func(channel string) string

	teamGroups func() []string
	tune       tuning

	session atomic.Pointer[session] // nil until Run has learnt who we are
	people  *people
	groups  *groups
	directs memory.Memory[string, string] // person → direct conversation
	lanes   *lanes.Lanes
	hearing hearing.Hearing
	history *gaps.History
	sockets sockets
	pace    *pacer
	revoked chan error // a delivery that found the token refused; capacity 1, more add nothing
}

// session is what Run knows and the HTTP handler needs.
type session struct {
	in bot.Inbox
	me identity
}

// identity is the bot as Slack knows it.
type identity struct{ user, bot, team string }

var _ bot.Adapter = (*Adapter)(nil)

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
	if o.Workspace == nil {
		o.Workspace = func(string) bool { return false }
	}
	a := &Adapter{
		config:  c,
		log:     o.Logger.With("platform", Platform),
		clock:   o.Clock,
		acting:  o.Acting,
		named:   o.Workspace,
		aside:   o.Aside,
		tune:    defaults,
		lanes:   lanes.New(maxUnderWay),
		history: gaps.New(earlier),
		groups:  newGroups(),
		revoked: make(chan error, 1),
	}
	a.api = slackgo.New(c.BotToken,
		slackgo.OptionAPIURL(c.APIURL),
		slackgo.OptionAppLevelToken(c.AppToken),
		slackgo.OptionHTTPClient(o.Client))
	a.pace = newPacer(a.second)
	a.people = newPeople(a.lookUp)
	a.teamGroups = o.Groups
	return a, nil
}

func (c Config) checked() (Config, error) {
	if c.Mode == "" {
		c.Mode = Socket
	}
	if c.Connections == 0 {
		c.Connections = 2
	}
	if c.APIURL == "" {
		c.APIURL = slackgo.APIURL
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	var wrong []error
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		wrong = append(wrong, errors.New("the API's address must begin with https://"))
	}
	if c.BotToken == "" {
		wrong = append(wrong, errors.New("the bot token (xoxb-…) is missing"))
	}
	switch c.Mode {
	case Socket:
		if c.AppToken == "" {
			wrong = append(wrong, errors.New("socket mode needs the app token (xapp-…)"))
		}
		if c.Connections < 1 || c.Connections > maxConnections {
			wrong = append(wrong, fmt.Errorf("connections must be 1 to %d, not %d", maxConnections, c.Connections))
		}
	case HTTP:
		if c.SigningSecret == "" {
			wrong = append(wrong, errors.New("http mode needs the signing secret"))
		}
	default:
		wrong = append(wrong, fmt.Errorf("mode must be %q or %q, not %q", Socket, HTTP, c.Mode))
	}
	if err := errors.Join(wrong...); err != nil {
		return c, fmt.Errorf("slack: %w", err)
	}
	return c, nil
}

// Platform is "slack".
func (a *Adapter) Platform() string { return Platform }

// Features is what Slack has (docs.slack.dev/reference/block-kit and
// /interactivity/handling-user-interaction).
func (a *Adapter) Features() bot.Features {
	return bot.Features{
		PrivateReply: true, Forms: true, FormInputs: maxInputs, Edits: true, Deletes: true, Reactions: true,
		Files: true, FileBytes: maxFile, Home: true,
		MessageChars: maxSum, Buttons: (maxBlocks - 1) * buttonsEach,
		AnswerWithin: 3 * time.Second, FollowUpFor: 30 * time.Minute,
	}
}

// second is how long a second of Slack's limits lasts.
func (a *Adapter) second() time.Duration {
	if a.config.Unlimited {
		return 0
	}
	return a.tune.second
}

// Run receives until ctx ends, and returns nil then. It returns an error only
// when trying again cannot help: Slack refuses a token, also when asked again,
// or the token is another workspace's.
func (a *Adapter) Run(ctx context.Context, in bot.Inbox) error {
	if a.config.Mode == Socket {
		a.hearing.Begin()
	}
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
	g.Go(func() error { return a.keepGroups(ctx) })
	if a.config.Mode == Socket {
		for range a.config.Connections {
			g.Go(func() error { return a.keepConnected(ctx) })
		}
	} else {
		a.history.Ask()
	}
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

// identify asks Slack who we are, for as long as it takes.
func (a *Adapter) identify(ctx context.Context) (identity, error) {
	wait := a.waits()
	for {
		who, err := a.authTest(ctx)
		if err == nil {
			if !a.ours(who) {
				return identity{}, fmt.Errorf("slack: the bot token belongs to workspace %s, not to %s", who.TeamID, a.config.Team)
			}
			a.log.Info("signed in", "team", who.Team, "bot", who.UserID)
			return identity{user: who.UserID, bot: who.BotID, team: who.TeamID}, nil
		}
		if refusedToken(err) {
			return identity{}, fmt.Errorf("slack refuses the bot token: %w", err)
		}
		a.log.Warn("cannot sign in yet", "err", err)
		if err := wait.Pause(ctx, retryAfter(err)); err != nil {
			return identity{}, err
		}
	}
}

func (a *Adapter) authTest(ctx context.Context) (*slackgo.AuthTestResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	return a.api.AuthTestContext(ctx)
}

// watchToken ends Run when a delivery found the token refused and Slack, asked
// twice more, says so again. One refusal alone may be a passing fault of Slack's.
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
			if _, err = a.authTest(ctx); !refusedToken(err) {
				break
			}
			if pause := wait.Pause(ctx, 0); pause != nil {
				return pause
			}
		}
		if refusedToken(err) {
			return fmt.Errorf("slack refuses the bot token: %w", err)
		}
	}
}

// maxUnderWay bounds what is being accepted at once. Beyond it, reading from
// Slack waits: nothing is dropped, and what is not acknowledged in time comes again.
const maxUnderWay = 512

func (a *Adapter) waits() *waits.Waits { return waits.New(a.tune.retryMin, a.tune.retryMax) }
