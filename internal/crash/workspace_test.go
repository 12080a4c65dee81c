package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
)

// customer is one of the company's customers, with its channels and its person.
type customer struct {
	key, contact, team string
	channels           []string
}

var (
	customers = []customer{
		{"acme", "U0MARIA01", "C0PAYTEAM", []string{"C0ACME001", "C0ACME002"}},
		{"globex", "U0JOHN001", "C0PLATEAM", []string{"C0GLOBEX1", "C0GLOBEX2"}},
		{"initech", "U0PETER01", "C0PAYTEAM", []string{"C0INITECH"}},
		{"umbrella", "U0ALICE01", "C0PLATEAM", []string{"C0UMBRELL"}},
	}
	// agents are the people of each team, by its channel.
	agents = map[string][]string{"C0PAYTEAM": {"U0ANA0001", "U0LUIS001"}, "C0PLATEAM": {"U0SOFIA01", "U0TOM0001"}}
)

// acme's commitments are short enough to be warned of and broken while the test runs.
const configuration = `
company: {name: Sereno, language: es, timezone: UTC}
calendars:
  always: {timezone: UTC, hours: {mon-sun: ["00:00-24:00"]}}
contracts:
  quick:
    levels:
      critical: {calendar: always, first_response: 4s, resolution: 4h}
      high: {calendar: always, first_response: 8s, resolution: 8h}
      normal: {calendar: always, first_response: 4h, resolution: 27h}
      low: none
  patient:
    levels:
      critical: {calendar: always, first_response: 1h, resolution: 8h}
      high: {calendar: always, first_response: 2h, resolution: 8h}
      normal: {calendar: always, first_response: 4h, resolution: 27h}
      low: none
customers:
  acme: {name: Acme, contract: quick, team: payments, severity: high, channels: {slack: [C0ACME001, C0ACME002]}, contacts: [maria]}
  globex: {name: Globex, language: en, contract: patient, team: platform, channels: {slack: [C0GLOBEX1, C0GLOBEX2]}, contacts: [john]}
  initech: {name: Initech, contract: patient, team: payments, channels: {slack: [C0INITECH]}, contacts: [peter]}
  umbrella: {name: Umbrella, language: en, contract: patient, team: platform, channels: {slack: [C0UMBRELL]}, contacts: [alice]}
teams:
  payments: {name: Payments, channels: {slack: [C0PAYTEAM]}, agents: [ana, luis], lead: diego, schedule: payments-oncall, policy: usual}
  platform: {name: Platform, language: en, channels: {slack: [C0PLATEAM]}, agents: [sofia, tom], lead: diego, schedule: platform-oncall, policy: usual}
people:
  maria: {name: Maria, identities: {slack: U0MARIA01}}
  john: {name: John, identities: {slack: U0JOHN001}}
  peter: {name: Peter, identities: {slack: U0PETER01}}
  alice: {name: Alice, identities: {slack: U0ALICE01}}
  ana: {name: Ana, identities: {slack: U0ANA0001}}
  luis: {name: Luis, identities: {slack: U0LUIS001}}
  sofia: {name: Sofia, identities: {slack: U0SOFIA01}}
  tom: {name: Tom, identities: {slack: U0TOM0001}}
  diego: {name: Diego, identities: {slack: U0DIEGO01}}
schedules:
  payments-oncall: {timezone: UTC, every: daily, handoff: "09:00", start: 2020-01-01, people: [luis, ana]}
  platform-oncall: {timezone: UTC, every: daily, handoff: "09:00", start: 2020-01-01, people: [sofia, tom]}
escalation:
  usual:
    steps:
      - {schedule: team}
      - {person: diego, after: 1m}
      - {channel: team, after: 1m}
incidents: {group_within: 0s}
kb: {sources: [%q]}
slack: {bot_token: xoxb-test, app_token: xapp-test, api_url: %q, connections: 2, limits: none} # more is said here in a minute than Slack would take
store: %q
listen: 127.0.0.1:0
log: {format: json}
`

// configure writes the configuration for the workspace and the store.
func configure(t *testing.T, slack *slacktest.Server, dsn string) (path string) {
	t.Helper()
	articles, err := filepath.Abs("../../bot/config/sample/kb")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "sereno.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, configuration, articles, slack.URL(), dsn), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// open starts the workspace, in the weather given, with everybody in it.
func open(t *testing.T, w *weather) *slacktest.Server {
	t.Helper()
	s, err := slacktest.New(slacktest.Options{
		// Slack waits 3 s and comes back at once, after a minute and after five. Here
		// it gives up sooner, so that much is only found by catching up.
		AckWithin: 800 * time.Millisecond, Retries: []time.Duration{0, 400 * time.Millisecond},
		Chaos: w.fault,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for name := range strings.FieldsSeq("Maria:U0MARIA01 John:U0JOHN001 Peter:U0PETER01 Alice:U0ALICE01 " +
		"Ana:U0ANA0001 Luis:U0LUIS001 Sofia:U0SOFIA01 Tom:U0TOM0001 Diego:U0DIEGO01") {
		name, id, _ := strings.Cut(name, ":")
		s.AddUser(slacktest.User{ID: id, Name: name})
	}
	for _, c := range customers {
		s.AddChannel(c.team, true)
		for _, channel := range c.channels {
			s.AddChannel(channel, true)
		}
	}
	return s
}

// weather decides how the calls of the Web API fail.
type weather struct {
	mu    sync.Mutex
	rng   *rand.Rand
	trap  chan struct{}  // closed when the next send has come; nil when none is awaited
	held  chan struct{}  // closed to let that send go
	count map[string]int // faults by what they are
	calm  bool           // there are none
}

// clear ends the faults of the Web API.
func (w *weather) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calm = true
}

func newWeather(seed uint64) *weather {
	return &weather{rng: rand.New(rand.NewPCG(seed, 1)), count: map[string]int{}}
}

// fault is called for each call of the Web API.
func (w *weather) fault(method string, _ url.Values) *slacktest.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calm {
		return nil
	}
	sending := strings.HasPrefix(method, "chat.")
	if sending && w.trap != nil {
		close(w.trap)
		w.trap = nil
		w.count["held for a kill"]++
		return &slacktest.Fault{Lost: true, Done: w.rng.IntN(3) > 0, Wait: w.held}
	}
	if !sending && w.rng.IntN(3) > 0 { // what is asked at each start would seldom all succeed
		return nil
	}
	var name string
	var f slacktest.Fault
	switch n := w.rng.IntN(1000); {
	case n < 25:
		name, f = "stored, the answer lost", slacktest.Fault{Lost: true, Done: true}
	case n < 35:
		name, f = "lost before it was stored", slacktest.Fault{Lost: true}
	case n < 45:
		name, f = "429", slacktest.Fault{Status: http.StatusTooManyRequests, RetryAfter: "1"}
	case n < 55:
		name, f = "stored, and 500", slacktest.Fault{Status: http.StatusInternalServerError, Done: true}
	case n < 65:
		name, f = "503", slacktest.Fault{Status: http.StatusServiceUnavailable}
	case n < 70:
		name, f = "stored, and internal_error", slacktest.Fault{Error: "internal_error", Done: true}
	case n < 500:
		name, f = "a slow answer", slacktest.Fault{Wait: after(time.Duration(w.rng.IntN(30)) * time.Millisecond)}
	default:
		return nil
	}
	w.count[name]++
	return &f
}

// after is closed when the time has gone by.
func after(d time.Duration) <-chan struct{} {
	done := make(chan struct{})
	time.AfterFunc(d, func() { close(done) })
	return done
}

// catchSend holds the next send at Slack: caught is closed when it is there,
// and release lets it go.
func (w *weather) catchSend() (caught <-chan struct{}, release func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	trap, held := make(chan struct{}), make(chan struct{})
	w.trap, w.held = trap, held
	return trap, sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.trap = nil
		close(held)
	})
}

func (w *weather) counts() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{}
	for k, n := range w.count {
		out[k] = n
	}
	return out
}
