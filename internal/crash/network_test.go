package crash

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
	"sereno/bot/incident"
	"sereno/internal/pgtest"
	"sereno/store"
)

// TestNoPageIsLostOrDoubledWhenTheNetworkFails runs two replicas on PostgreSQL,
// each with a network of its own to it and to Slack. Requests come that nobody
// answers, and while their warnings fall due, processes are killed and
// networks cut, or fall silent, at moments and for times that chance picks.
//
//	SERENO_CRASH_FAULTS=100 go test -v ./internal/crash -run Network
func TestNoPageIsLostOrDoubledWhenTheNetworkFails(t *testing.T) {
	n := &network{t: t, seed: number(t, "SERENO_CRASH_SEED", rand.Uint64N(1_000_000)), faults: map[string]int{}}
	n.rng = rand.New(rand.NewPCG(n.seed, 2))
	defer func() {
		if t.Failed() {
			t.Logf("again with: SERENO_CRASH_SEED=%d go test ./internal/crash -run Network", n.seed)
		}
	}()
	n.start(build(t))
	n.survive(number(t, "SERENO_CRASH_FAULTS", 6))
}

// network is two processes, and the networks between them and what they need.
type network struct {
	t      *testing.T
	seed   uint64
	rng    *rand.Rand
	dsn    string
	slack  *slacktest.Server
	sides  [2]*side
	said   int
	faults map[string]int
}

// side is one replica with its networks.
type side struct {
	database, platform *proxy
	program, config    string
	process            *process
}

func (n *network) start(program string) {
	t := n.t
	n.dsn = pgtest.DSN(t)
	calm := newWeather(n.seed)
	n.slack = open(t, calm)
	calm.clear()
	direct := configure(t, n.slack, n.dsn)
	text, err := os.ReadFile(direct)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n.sides {
		s := &side{program: program, database: newProxy(t, "", ""), platform: newProxy(t, "tcp", strings.TrimPrefix(strings.TrimSuffix(n.slack.URL(), "/api/"), "http://"))}
		dsn := through(t, n.dsn, s.database)
		own := strings.ReplaceAll(string(text), n.slack.URL(), "http://"+s.platform.address()+"/api/")
		own = strings.Replace(own, fmt.Sprintf("store: %q", n.dsn), fmt.Sprintf("store: %q", dsn), 1)
		s.config = filepath.Join(t.TempDir(), "sereno.yaml")
		if err := os.WriteFile(s.config, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		s.process = start(t, program, s.config)
		n.sides[i] = s
	}
	t.Cleanup(func() {
		for _, s := range n.sides {
			_ = s.process.cmd.Process.Kill() // most have ended in order
			<-s.process.ended
		}
	})
	for _, s := range n.sides {
		n.await(s, s.process.caught)
	}
}

// through is the address of the database by way of the proxy.
func through(t *testing.T, dsn string, p *proxy) string {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.network, p.target = pgconn.NetworkAddress(c.Host, c.Port)
	p.mu.Unlock()
	u := url.URL{Scheme: "postgres", User: url.UserPassword(c.User, c.Password), Host: p.address(), Path: "/" + c.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

func (n *network) await(s *side, happened <-chan struct{}) {
	n.t.Helper()
	select {
	case <-happened:
	case <-s.process.ended:
		n.t.Fatalf("the program ended: %v\n%s", s.process.err, s.process.log())
	case <-after(starting):
		n.t.Fatalf("the program did not start within %s\n%s", starting, s.process.log())
	}
}

// survive lets so many faults happen while people write, and then compares.
func (n *network) survive(faults int) {
	began := time.Now()
	n.request(3)
	for range faults {
		n.fault()
		n.request(1 + n.rng.IntN(3))
		<-after(atMost(n.rng, 1500*time.Millisecond))
	}
	failed := time.Since(began)
	n.settle()
	n.compare()
	n.t.Logf("seed %d: %d faults survived in %.1f s, at rest %.1f s later; %d requests, %d messages of the bot",
		n.seed, faults, failed.Seconds(), (time.Since(began) - failed).Seconds(), n.said, len(n.slack.Posted()))
	for _, what := range slices.Sorted(maps.Keys(n.faults)) {
		n.t.Logf("%5d %s", n.faults[what], what)
	}
}

// request has customers write what nobody will answer.
func (n *network) request(times int) {
	for range times {
		c := customers[0] // whose commitments are short
		n.said++
		n.slack.Say(slacktest.Said{
			Channel: c.channels[n.said%len(c.channels)], User: c.contact, Text: fmt.Sprintf("La API devuelve error 500, pedido %d", n.said),
		})
	}
}

// fault lets one thing go wrong, and mends it.
func (n *network) fault() {
	s, choice := n.sides[n.rng.IntN(len(n.sides))], n.rng.IntN(6)
	if choice > 1 { // at a start without a database it ends, for its supervisor to see
		n.await(s, s.process.caught)
	}
	var what string
	switch choice {
	case 0, 1:
		what = "killed"
		if err := s.process.kill(); err != nil {
			n.t.Error(err)
			return
		}
		<-after(atMost(n.rng, time.Second))
		s.process = start(n.t, s.program, s.config)
	case 2:
		what = "cut off from the database"
		s.database.cut()
		<-after(atMost(n.rng, 3*time.Second))
		s.database.mend()
	case 3:
		what = "the database fell silent"
		s.database.freeze()
		<-after(atMost(n.rng, 8*time.Second)) // others may take over meanwhile
		s.database.thaw()
	case 4:
		what = "cut off from Slack"
		s.platform.cut()
		n.slack.Cut()
		<-after(atMost(n.rng, 2*time.Second))
		s.platform.mend()
	case 5:
		what = "Slack fell silent"
		s.platform.freeze()
		<-after(atMost(n.rng, 3*time.Second))
		s.platform.thaw()
	}
	n.faults[what]++
	n.t.Logf("%s %s, after %d requests", time.Now().UTC().Format(time.StampMilli), what, n.said)
}

// settle waits until everybody was paged and nothing waits.
func (n *network) settle() {
	ctx, cancel := context.WithTimeout(n.t.Context(), settling)
	defer cancel()
	proofs, err := store.Open(ctx, n.dsn)
	if err != nil {
		n.t.Fatal(err)
	}
	defer proofs.Close()
	addresses := map[*side]string{}
	for _, s := range n.sides {
		n.await(s, s.process.caught)
		addresses[s] = <-s.process.serving
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	var reason error // of the last look that was not cut off
	for calm := 0; calm < 3; {
		err := n.unpaged(ctx, proofs)
		for s, address := range addresses {
			if e := s.process.idle(ctx, address); e != nil {
				err = e
			}
		}
		if calm++; err != nil {
			calm = 0
		}
		if ctx.Err() == nil {
			reason = err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			n.story(proofs)
			n.t.Fatalf("it did not come to rest within %s: %v\n%s\n%s", settling, reason, n.sides[0].process.log(), n.sides[1].process.log())
		}
	}
	for _, s := range n.sides {
		if err := s.process.stop(ending); err != nil {
			n.t.Error(err)
		}
	}
}

// unpaged is an error while there is a request of which nobody on call has read.
func (n *network) unpaged(ctx context.Context, proofs bot.Store) error {
	return proofs.View(ctx, func(tx bot.Tx) error {
		for number := 1; number <= n.said; number++ {
			if n.pages(incident.FormatID(number)) > 0 {
				continue
			}
			counted, err := n.counted(ctx, tx, number)
			if err != nil {
				return err
			}
			if !counted {
				return fmt.Errorf("nobody was paged about %s", incident.FormatID(number))
			}
		}
		return nil
	})
}

// counted reports whether the incident is among those that a page of many only
// counts: by its proof, and by the page that stands at Slack.
func (n *network) counted(ctx context.Context, tx bot.Tx, number int) (bool, error) {
	pages, err := tx.PagesOf(ctx, number)
	if err != nil {
		return false, err
	}
	for _, p := range pages {
		if p.Group == 0 || p.Accepted.IsZero() {
			continue
		}
		own, err := tx.PageAt(ctx, p.Group)
		if err != nil {
			return false, err
		}
		if n.pages(incident.FormatID(own.Incident)) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// story logs what the store knows of the first request of which nobody has read.
func (n *network) story(proofs bot.Store) {
	t := n.t
	err := proofs.View(t.Context(), func(tx bot.Tx) error {
		for number := 1; number <= n.said; number++ {
			if n.pages(incident.FormatID(number)) > 0 {
				continue
			}
			history, err := tx.History(t.Context(), number)
			for _, e := range history {
				t.Logf("%s %+v", incident.FormatID(number), e)
			}
			if err != nil || len(history) == 0 {
				return err // it was never opened
			}
			timers, err := tx.Timers(t.Context(), number, 0)
			t.Logf("timers: %+v", timers)
			if err != nil {
				return err
			}
			pages, err := tx.PagesOf(t.Context(), number)
			t.Logf("pages: %+v", pages)
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// pages counts the direct messages that name the incident.
func (n *network) pages(id string) (count int) {
	for _, user := range []string{"U0ANA0001", "U0LUIS001", "U0DIEGO01"} {
		direct := n.slack.Direct(user)
		if direct == "" {
			continue
		}
		for _, m := range n.slack.Messages(direct) {
			if names(m, id) {
				count++
			}
		}
	}
	return count
}

// names reports whether the message names the incident, and not one whose
// number begins alike.
func names(m slacktest.Message, id string) bool {
	shown := m.Text + " " + string(m.Blocks)
	for at := strings.Index(shown, id); at >= 0; {
		rest := shown[at+len(id):]
		if rest == "" || rest[0] < '0' || rest[0] > '9' {
			return true
		}
		next := strings.Index(rest, id)
		if next < 0 {
			break
		}
		at += len(id) + next
	}
	return false
}

// compare looks at the store, which no process has open any more, and at Slack.
func (n *network) compare() {
	t := n.t
	for key, times := range n.slack.Copies() {
		if times > 1 {
			t.Errorf("delivery %s is at Slack %d times", key, times)
		}
	}
	s, err := store.Open(t.Context(), n.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(t.Context(), func(tx bot.Tx) error {
		all, err := tx.Incidents(t.Context(), bot.IncidentQuery{})
		if err != nil {
			return err
		}
		if len(all) != n.said {
			t.Errorf("%d incidents of %d requests", len(all), n.said)
		}
		for _, inc := range all {
			history, err := tx.History(t.Context(), inc.Number)
			if err != nil {
				return err
			}
			told := map[string]int{}
			for _, e := range history {
				if e.Kind == incident.EWarned || e.Kind == incident.EBreached {
					told[string(e.Kind)+" "+e.Value]++
				}
			}
			for what, times := range told {
				if times > 1 {
					t.Errorf("%s: %s is recorded %d times", inc.ID(), what, times)
				}
			}
		}
		dead, err := tx.DeadDeliveries(t.Context(), time.Time{}, 10)
		for _, d := range dead {
			t.Errorf("given up: %s %s: %s", d.Delivery.Kind, d.Delivery.Incident, d.Reason)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
