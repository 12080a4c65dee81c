package crash

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver by which events are looked up
	"sereno/adapters/slack/slacktest"
	"sereno/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// number reads a number from the environment.
func number[T int | uint64](t *testing.T, name string, otherwise T) T {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return T(n)
}

// On PostgreSQL a quarter of the kills is enough: what differs is the store.
func TestNothingIsLostOrSaidTwiceWhenProcessesAreKilled(t *testing.T) {
	program := build(t)
	kills := number(t, "SERENO_CRASH_KILLS", 20)
	t.Run("SQLite", func(t *testing.T) {
		r := &run{t: t, program: program, dsn: filepath.Join(t.TempDir(), "sereno.db"), replicas: 1}
		r.survive(kills)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		r := &run{t: t, program: program, dsn: pgtest.DSN(t), replicas: 1}
		r.survive(max(1, kills/4))
	})
	t.Run("two replicas on PostgreSQL", func(t *testing.T) {
		r := &run{t: t, program: program, dsn: pgtest.DSN(t), replicas: 2}
		r.survive(max(1, kills/4))
	})
}

// How long things may take; waiting ends as soon as they have happened.
const (
	starting = 30 * time.Second
	settling = 4 * time.Minute
	ending   = 30 * time.Second
)

// run is one test: a workspace that lives on, and processes that do not.
type run struct {
	t        *testing.T
	program  string
	dsn      string
	replicas int

	seed    uint64
	rng     *rand.Rand
	slack   *slacktest.Server
	weather *weather
	config  string
	alive   []*process
	// hits counts the kills by what they met.
	hits map[string]int
}

// survive kills the program so often while people write, and then compares.
func (r *run) survive(kills int) {
	t := r.t
	r.seed = number(t, "SERENO_CRASH_SEED", rand.Uint64N(1_000_000))
	r.rng, r.hits = rand.New(rand.NewPCG(r.seed, 0)), map[string]int{}
	defer func() {
		if t.Failed() {
			t.Logf("again with: SERENO_CRASH_SEED=%d SERENO_CRASH_KILLS=%d go test ./internal/crash -run '%s'",
				r.seed, number(t, "SERENO_CRASH_KILLS", 20), t.Name())
		}
	}()
	r.weather = newWeather(r.seed)
	r.slack = open(t, r.weather)
	r.config = configure(t, r.slack, r.dsn)
	for range r.replicas {
		r.alive = append(r.alive, start(t, r.program, r.config))
	}
	t.Cleanup(func() {
		for _, p := range r.alive {
			_ = p.cmd.Process.Kill() // most have ended in order
			<-p.ended
		}
	})
	r.introduce()
	began := time.Now()

	pause := 200*time.Millisecond + time.Duration(kills)*5*time.Millisecond
	p := &people{slack: r.slack, ledger: &ledger{}, seed: r.seed, pause: pause}
	acting, stop := context.WithCancel(t.Context())
	defer stop()
	var everybody sync.WaitGroup
	everybody.Go(func() { p.act(acting) })
	for range kills {
		if err := r.killOne(); err != nil {
			t.Error(err)
			break
		}
	}
	<-after(200 * time.Millisecond) // the last process hears something, too
	stop()
	everybody.Wait()
	killed := time.Since(began)
	r.settle(p.ledger.all())
	settled := time.Since(began) - killed
	for _, p := range r.alive {
		if err := p.stop(ending); err != nil {
			t.Error(err)
		}
	}
	r.report(p.ledger, kills, killed, settled)
	if t.Failed() {
		return
	}
	wrong := look(t, r.dsn, r.slack, p.ledger.all()).check(p.ledger.all())
	for i, w := range wrong {
		if i == 30 {
			t.Errorf("and %d more", len(wrong)-i)
			break
		}
		t.Error(w)
	}
}

// introduce waits until the bot was heard of in every channel: what was said
// before its first message there is not for it.
func (r *run) introduce() {
	r.t.Helper()
	for _, p := range r.alive {
		r.await(p, p.caught)
	}
	for team, who := range agents {
		r.greet(team, who[0])
	}
	for _, c := range customers {
		for _, channel := range c.channels {
			r.greet(channel, c.contact)
		}
	}
}

func (r *run) greet(channel, user string) {
	r.t.Helper()
	for range 10 { // the envelope may meet bad weather
		_, e := r.slack.Say(slacktest.Said{Channel: channel, User: user, Text: "hola"})
		select {
		case <-e.Acked:
			return
		case <-after(5 * time.Second):
		}
	}
	r.t.Fatalf("nobody hears in %s\n%s", channel, r.alive[0].log())
}

func (r *run) await(p *process, happened <-chan struct{}) {
	r.t.Helper()
	select {
	case <-happened:
	case <-p.ended:
		r.t.Fatalf("the program ended: %v\n%s", p.err, p.log())
	case <-after(starting):
		r.t.Fatalf("the program did not start within %s\n%s", starting, p.log())
	}
}

// killOne kills one of the processes at a moment that chance picks, and starts another.
func (r *run) killOne() error {
	i := r.rng.IntN(len(r.alive))
	p := r.alive[i]
	what, release := r.moment(p)
	defer release()
	sends := 0
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral"} {
		sends += r.slack.UnderWay(method)
	}
	if err := p.kill(); err != nil {
		return err
	}
	r.hits[what]++
	if sends > 0 {
		r.hits["with a send under way"]++
	}
	if r.rng.IntN(3) == 0 { // nobody is there for a while
		<-after(atMost(r.rng, 600*time.Millisecond))
	}
	r.alive[i] = start(r.t, r.program, r.config)
	return nil
}

// moment waits for one that chance picks and says what it is.
func (r *run) moment(p *process) (what string, release func()) {
	switch n := r.rng.IntN(10); {
	case n < 3:
		<-after(atMost(r.rng, 700*time.Millisecond))
		return "soon after the start", func() {}
	case n < 6:
		r.await(p, p.caught)
		<-after(atMost(r.rng, 600*time.Millisecond))
		return "at work", func() {}
	}
	r.await(p, p.caught)
	caught, release := r.weather.catchSend()
	select {
	case <-caught:
		return "in the middle of a send", release
	case <-after(3 * time.Second):
		return "at work", release
	}
}

// settle waits until nothing more happens: every envelope has been taken or
// given up, nothing waits in the queues.
func (r *run) settle(deeds []*deed) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), settling)
	defer cancel()
	var addresses []string
	for _, p := range r.alive {
		r.await(p, p.caught)
		addresses = append(addresses, <-p.serving)
	}
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for calm := 0; calm < 3; {
		var err error
		for i, p := range r.alive {
			err = errors.Join(err, p.idle(ctx, addresses[i]))
		}
		if err = errors.Join(err, handedOver(deeds)); err == nil {
			calm++
		} else {
			calm = 0
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			r.t.Errorf("it did not come to rest within %s: %v\n%s", settling, err, r.alive[0].log())
			return
		}
	}
}

// handedOver: Slack has nothing more to hand over.
func handedOver(deeds []*deed) error {
	for _, d := range deeds {
		for _, e := range d.handed {
			select {
			case <-e.Acked:
				continue
			default:
			}
			if e.Trying() {
				return fmt.Errorf("slack still tries to hand over %s", d)
			}
		}
	}
	return nil
}

// report says what happened.
func (r *run) report(l *ledger, kills int, killed, settled time.Duration) {
	deeds, acked := map[kind]int{}, map[kind]int{}
	for _, d := range l.all() {
		deeds[d.kind]++
		if d.acknowledged() {
			acked[d.kind]++
		}
	}
	r.t.Logf("seed %d: %d kills in %.1f s, at rest %.1f s later", r.seed, kills, killed.Seconds(), settled.Seconds())
	for _, k := range slices.Sorted(maps.Keys(deeds)) {
		r.t.Logf("%5d %s, %d of them acknowledged", deeds[k], k, acked[k])
	}
	r.t.Logf("%5d repetitions; the bot wrote %d messages", l.again, len(r.slack.Posted()))
	for _, counted := range []map[string]int{r.hits, r.weather.counts()} {
		for _, what := range slices.Sorted(maps.Keys(counted)) {
			r.t.Logf("%5d %s", counted[what], what)
		}
	}
}
