package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/links"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
	"sereno/commands"
	"sereno/internal/ops"
	"sereno/internal/platforms"
	"sereno/internal/sources"
	"sereno/prompts"
	"sereno/store"
)

// drainTime is how long the end may take: what is under way, and no more. A
// process manager's patience is usually 30 s.
const drainTime = 25 * time.Second

func (p Process) serve() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot",
		Long: `Runs the bot under a configuration, until it is told to end.

Over HTTP (“listen” in the configuration) it answers
  /healthz   the process is alive
  /readyz    it can take work; 503 with the reasons when it cannot
  /metrics   figures for Prometheus
and, under /slack/ and /mattermost/, what those platforms call.

SIGTERM or SIGINT: nothing new is taken in, what is under way ends, and the
process ends with status 0; a second one ends it at once.
SIGHUP: the configuration and the articles are read again. With mistakes the
old ones stay in force; what changed is logged and written to the audit log.
The store, the address and the platforms' tokens change only with a restart.`,
		Example: `  sereno serve
  sereno serve --config /etc/sereno/sereno.yaml
  kill -HUP $(pidof sereno)             put a new configuration in force`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGTERM, syscall.SIGINT)
			defer stop()
			// A second signal ends the process at once, as if nobody listened.
			context.AfterFunc(ctx, stop)
			hup := make(chan os.Signal, 1) // one reload that waits is as good as many
			signal.Notify(hup, syscall.SIGHUP)
			defer signal.Stop(hup)
			return p.run(ctx, path, c.ErrOrStderr(), hup)
		},
	}
	c.Flags().StringVar(&path, "config", defaultConfig, "the configuration of the service")
	return c
}

// server is a running bot and what is put in its place by a reload.
type server struct {
	process  Process
	log      *slog.Logger
	level    *slog.LevelVar
	config   *config.Config
	bot      *bot.Bot
	store    *store.Store
	library  *bot.Library
	past     *bot.Past
	sources  *sources.Mirror
	company  atomic.Pointer[company.Company]
	draining atomic.Bool
}

// run serves until ctx ends.
func (p Process) run(ctx context.Context, path string, logs io.Writer, reload <-chan os.Signal) (err error) {
	s, err := p.open(ctx, path, logs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	return s.run(ctx, reload)
}

// open is a server that does nothing yet. Whoever opens it closes its store.
func (p Process) open(ctx context.Context, path string, logs io.Writer) (*server, error) {
	conf, err := config.Load(path, p.Env)
	if err != nil {
		return nil, err
	}
	s := &server{process: p, config: conf, level: &slog.LevelVar{}}
	s.level.Set(conf.Log.Level)
	s.log = newLogger(conf.Log, logs, s.level)
	s.company.Store(conf.Company)
	if s.store, err = store.Open(ctx, conf.Store, store.WithLogger(s.log)); err != nil {
		return nil, err
	}
	s.library = bot.NewLibrary(s.store, options(conf), s.log)
	if s.past, err = bot.NewPast(s.store, options(conf)); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

func newLogger(l config.Log, out io.Writer, level slog.Leveler) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, o))
	}
	return slog.New(slog.NewTextHandler(out, o))
}

func (s *server) run(ctx context.Context, reload <-chan os.Signal) error {
	metrics := ops.NewMetrics(versionText())
	tree := commands.New()
	given := links.New(s.config.Company.PublicURL, func(ctx context.Context) (string, error) { return bot.LinkSecret(ctx, s.store) })
	var adapters []bot.Adapter
	handlers := map[string]http.Handler{}
	applies := map[string]func(context.Context) (bool, error){}
	for _, p := range platforms.Connected(s.config) {
		on, err := p.Connect(s.config, platforms.Options{
			Logger: s.log, Acting: s.acting, Company: s.company.Load, Groups: func() []string { return s.company.Load().GroupsOn(p.Name) },
			Workspace: func(id string) bool { return s.company.Load().IsCustomers(p.Name, id) },
			Commands:  tree.Specs, Lang: s.config.Company.Language,
			Links: given, Delivery: s.delivery,
		})
		if err != nil {
			return err
		}
		adapters = append(adapters, on.Adapter)
		if on.Handler != nil {
			handlers[p.Path()] = on.Handler
		}
		if on.Apply != nil {
			applies[p.Name] = on.Apply
		}
	}
	s.warnUnheard(slices.ContainsFunc(adapters, func(a bot.Adapter) bool { return !a.Features().OneWay }))
	s.warnLate(s.config)
	assistant, embedder, within := s.assistant(s.config)
	b, err := bot.New(bot.Options{
		Assistant: assistant, Embedder: embedder, EmbedWithin: within,
		Company: s.config.Company, Store: s.store, Adapters: adapters, Clock: s.store.Clock(),
		Commands: tree, Articles: s.library, Past: s.past, Logger: s.log, Metrics: metrics, Keys: newKey,
	})
	if err != nil {
		return err
	}
	s.bot, s.sources = b, s.mirrorOf()
	if err := s.mirror(ctx, s.config); err != nil {
		return err
	}
	metrics.Watch(s.backlog)
	mux := ops.NewHandler(metrics, s.log, s.ready)
	for path, h := range handlers {
		mux.Handle(path, h)
	}
	mux.Handle(bot.FeedPath, ops.Feed(bot.FeedPath, b.FeedOf, s.log))
	if given.Public() {
		mux.Handle(links.AckPath, given.Handler(b, bot.SystemClock{}, s.log))
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return text.WrapError(err, "cli.listen")
	}
	s.log.Info("serving", "version", versionText(), "address", listener.Addr().String(), "config", s.config)
	heartbeat := s.config.Heartbeat // before a reload can change what s.config is
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.Run(groupCtx) })
	group.Go(func() error { return ops.Serve(groupCtx, listener, mux, s.log) })
	group.Go(func() error { s.reloads(groupCtx, reload); return nil })
	group.Go(func() error { s.sources.Run(groupCtx); return nil })
	for platform, apply := range applies {
		group.Go(func() error { register(groupCtx, s.log, platform, apply); return nil })
	}
	if h := heartbeat; h != nil {
		beat := ops.Heartbeat{URL: h.URL.Reveal(), Every: h.Every, FailURL: h.FailURL.Reveal(), Checks: []ops.Check{s.well, b.Watch, b.Hears}, Log: s.log}
		group.Go(func() error { beat.Run(groupCtx); return nil })
	}
	return s.wait(groupCtx, group)
}

// assistant is the one that the configuration names, what makes vectors, and how long
// a question waits for one; nil where it names none.
func (s *server) assistant(conf *config.Config) (bot.Assistant, bot.Embedder, time.Duration) {
	c := conf.Assistant
	if c == nil {
		return nil, nil, 0
	}
	a := prompts.New(*c, prompts.Options{Ledger: bot.LedgerOf(s.store), Clock: s.store.Clock(), Logger: s.log})
	if c.Embeddings.Model == "" {
		return a, nil, 0
	}
	return a, a, c.Embeddings.Deadline
}

// warnUnheard says where nobody can be heard.
func (s *server) warnUnheard(connected bool) {
	if !connected {
		s.log.Warn("no platform is connected: nobody can be heard; add “slack:”, “discord:” or “mattermost:” to the configuration", "config", s.config.Path)
	}
	for _, p := range platforms.Unconnected(s.config) {
		s.log.Warn("the configuration has channels of a platform that it does not connect: nobody is heard there", "platform", p.Name)
	}
}

// warnLate says which policies can never end before a breach.
func (s *server) warnLate(c *config.Config) {
	for _, problem := range c.Unworkable() {
		s.log.Warn("a policy cannot end before a breach", "problem", problem.Text(company.English))
	}
}

// wait waits for the end, and for what is under way then, but not for ever.
func (s *server) wait(ctx context.Context, group *errgroup.Group) error {
	ended := make(chan error, 1) // so that the group's end never waits for us
	go func() { ended <- group.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.log.Info("ending: what is under way is finished, nothing new is taken in")
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err == nil {
			s.log.Info("ended")
		}
		return err
	case <-timer.C:
		return fmt.Errorf("what was under way did not end within %s; it is done again at the next start", drainTime)
	}
}

// ready says why work cannot be taken.
func (s *server) ready(ctx context.Context) []string {
	reasons := s.well(ctx)
	for _, platform := range s.bot.CatchingUp() {
		reasons = append(reasons, platform+": has not caught up yet")
	}
	return reasons
}

// well says why people could not be reached in time.
func (s *server) well(ctx context.Context) []string {
	var reasons []string
	if s.draining.Load() {
		reasons = append(reasons, "ending")
	}
	if err := s.store.Ready(ctx); err != nil {
		reasons = append(reasons, "store: "+err.Error())
	}
	if err := s.bot.GivenUp(); err != nil {
		reasons = append(reasons, "given up: "+err.Error())
	}
	return reasons
}

// delivery finds one of ours by its id.
func (s *server) delivery(ctx context.Context, id int64) (d *bot.Delivery, err error) {
	err = s.store.View(ctx, func(tx bot.Tx) error {
		d, err = tx.DeliveryAt(ctx, id)
		return err
	})
	return d, err
}

func (s *server) backlog(ctx context.Context) (b bot.Backlog, err error) {
	err = s.store.View(ctx, func(tx bot.Tx) error {
		b, err = tx.Backlog(ctx)
		return err
	})
	return b, err
}

// acting reports whether a reaction stands for an action, as configured now.
func (s *server) acting(reaction string) bool {
	return s.company.Load().Reactions[reaction] != ""
}

// reloads puts a new configuration in force at each signal.
func (s *server) reloads(ctx context.Context, signals <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
			if err := s.reload(ctx); err != nil {
				s.log.Error("the old configuration stays in force", "error", err)
			}
		}
	}
}

// reload reads the configuration and the articles again.
func (s *server) reload(ctx context.Context) error {
	next, err := config.Load(s.config.Path, s.process.Env)
	var problems config.Problems
	if errors.As(err, &problems) {
		for _, problem := range problems {
			s.log.Error("configuration", "problem", problem.Text(company.English))
		}
		return fmt.Errorf("%s has %s", s.config.Path, count(len(problems), "mistake", "mistakes"))
	}
	if err != nil {
		return err
	}
	changes := config.Diff(s.config, next)
	if err := s.bot.Reload(ctx, next.Company, "SIGHUP", changes); err != nil {
		return err
	}
	if !reflect.DeepEqual(s.config.Assistant, next.Assistant) {
		s.bot.Engage(s.assistant(next))
	}
	if err := errors.Join(s.library.SetOptions(options(next)), s.past.SetOptions(options(next)), s.mirror(ctx, next)); err != nil {
		s.log.Error("the articles stay as they were", "error", err) // the configuration is in force
	}
	s.company.Store(next.Company)
	s.level.Set(next.Log.Level)
	for _, change := range changes {
		s.log.Info("configuration changed", "change", change)
	}
	if needsRestart(s.config, next) {
		s.log.Warn("the store, the addresses, the heartbeat, the log's format and the platforms' settings change with a restart")
	}
	s.warnLate(next)
	s.config = next
	s.log.Info("configuration in force", "changes", len(changes), "config", next)
	return nil
}

// needsRestart reports whether something changed that a reload cannot change.
func needsRestart(old, next *config.Config) bool {
	return old.Store != next.Store || old.Listen != next.Listen || old.Log.Format != next.Log.Format || old.Company.PublicURL != next.Company.PublicURL ||
		!reflect.DeepEqual(old.Heartbeat, next.Heartbeat) || !platforms.Same(old, next)
}

// newKey is a key that was never given before: 125 random bits in 25 letters,
// the most that one platform takes as a nonce.
func newKey() string { return rand.Text()[:25] }
