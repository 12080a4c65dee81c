package platforms

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/adapters/slack"
	"sereno/adapters/slack/slacktest"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/commands"
)

// document is a company that works in Slack, as far as a check looks at it.
const document = `
company: {name: Faro, language: es, timezone: UTC}
calendars: {always: {timezone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
contracts: {gold: {levels: {critical: {calendar: always, first_response: 1h}, high: none, normal: none, low: none}}}
customers: {acme: {contract: gold, team: payments, channels: {slack: [C0ACME]}}}
teams: {payments: {channels: {slack: [C0PAY]}, agents: [ana]}}
people: {ana: {name: Ana, identities: {slack: U0ANA}}}
`

func configured(t *testing.T, lines string) *config.Config {
	t.Helper()
	c, err := config.Parse("sereno.yaml", []byte(document+lines), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// workspace is a Slack with everything that the document names.
func workspace(t *testing.T, o slacktest.Options) *slacktest.Server {
	t.Helper()
	for _, s := range slack.Scopes {
		o.Scopes = append(o.Scopes, s.Name)
	}
	s, err := slacktest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(slacktest.User{ID: "U0ANA", Name: "ana"})
	s.AddChannel("C0ACME", true)
	s.AddChannel("C0PAY", true)
	return s
}

func connecting(s *slacktest.Server) string {
	return "slack: {bot_token: xoxb-test, app_token: xapp-test, api_url: '" + s.URL() + "'}\n"
}

func asks(t *testing.T, c *config.Config, lang company.Lang, want bool, lines ...string) {
	t.Helper()
	var out strings.Builder
	fine, err := Ask(t.Context(), c, commands.New().Specs, lang, &out)
	if err != nil || fine != want {
		t.Errorf("fine: %v, %v", fine, err)
	}
	if d := cmp.Diff(strings.Join(lines, "\n")+"\n", out.String()); d != "" {
		t.Errorf("it says (-want +got):\n%s", d)
	}
}

// asksUnordered is for platforms whose answers come in any order.
func asksUnordered(t *testing.T, c *config.Config, lang company.Lang, lines ...string) (fine bool) {
	t.Helper()
	var out strings.Builder
	fine, err := Ask(t.Context(), c, commands.New().Specs, lang, &out)
	if err != nil {
		t.Error(err)
	}
	got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	slices.Sort(got)
	slices.Sort(lines)
	if d := cmp.Diff(lines, got); d != "" {
		t.Errorf("it says (-want +got):\n%s", d)
	}
	return fine
}

func TestWhatIsAskedIsSaidAlsoWhenAllIsWell(t *testing.T) {
	s := workspace(t, slacktest.Options{})
	asks(t, configured(t, connecting(s)), company.English, true,
		"slack: asking about the token, 2 channels and 1 person…", "slack: all is well")
}

func TestProblemsAreSentencesInThePersonsLanguage(t *testing.T) {
	s := workspace(t, slacktest.Options{})
	s.AddChannel("C0PAY", false)
	s.AddUser(slacktest.User{ID: "U0ANA", Name: "ana", Deleted: true})
	c := configured(t, connecting(s))
	asks(t, c, company.English, false,
		"slack: asking about the token, 2 channels and 1 person…",
		"slack: the bot is not in channel C0PAY (team payments): write /invite and its name there",
		"slack: Ana (U0ANA) cannot be written to (the account is deactivated): correct the identity in the configuration")
	asks(t, c, company.Spanish, false,
		"slack: preguntando por el token, 2 canales y 1 persona…",
		"slack: el bot no está en el canal C0PAY (equipo payments): escribí ahí /invite y su nombre",
		"slack: no se le puede escribir a Ana (U0ANA) (la cuenta está desactivada): corregí la identidad en la configuración")
}

func TestChannelsOfAPlatformThatNothingConnectsAreAProblem(t *testing.T) {
	asks(t, configured(t, ""), company.English, false,
		"slack: there are channels of Slack in the configuration, and no section “slack:” connects it: add the section, or remove the channels")
}

// stub is a platform that answers as told.
func stub(name string, check func(context.Context, *http.Client) []Problem) *Platform {
	return &Platform{Name: name, Title: name, Connect: func(_ *config.Config, o Options) (Connection, error) {
		return Connection{Check: func(ctx context.Context, _, _ []string) []Problem { return check(ctx, o.Client) }}, nil
	}}
}

func TestAPlatformThatDoesNotAnswerKeepsNoOtherFromBeingAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	never := make(chan struct{})
	defer close(never)
	well := make(chan struct{})
	silent := stub("silent", func(context.Context, *http.Client) []Problem { <-never; return nil })
	gone := stub("gone", func(context.Context, *http.Client) []Problem {
		err := errors.New("connection refused")
		return []Problem{{"unreachable", "token", err.Error()}, {"unreachable", "C1", "connection reset"}}
	})
	open := stub("open", func(context.Context, *http.Client) []Problem { defer close(well); return nil })
	go func() { <-well; cancel() }()

	var out strings.Builder
	w := witness{c: configured(t, ""), lang: company.English, out: &out, fine: true}
	if err := w.ask(ctx, []*Platform{silent, gone, open}); err != nil || w.fine {
		t.Errorf("fine: %v, %v", w.fine, err)
	}
	for _, want := range []string{
		"silent: silent did not answer all questions in time: try again\n",
		"gone: gone cannot be reached (connection refused): look at the network, the proxy and the address in the configuration\n",
		"open: all is well\n",
	} {
		if strings.Count(out.String(), want) != 1 || strings.Contains(out.String(), "reset") {
			t.Errorf("it does not say %q once:\n%s", want, out.String())
		}
	}
}

func TestAClockThatIsWrongIsAProblem(t *testing.T) {
	for _, tt := range []struct {
		name string
		ours time.Duration // ahead of the platform's
		want string
	}{
		{"a little off", 20 * time.Second, ""},
		{"ahead", 10 * time.Minute, "the clock of this machine is 10m0s ahead: signatures and deadlines need the right time; turn on time synchronisation (NTP)"},
		{"behind", -time.Hour, "the clock of this machine is 1h0m0s behind: signatures and deadlines need the right time; turn on time synchronisation (NTP)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			theirs := time.Date(2026, time.November, 25, 10, 0, 0, 0, time.UTC)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", theirs.Format(http.TimeFormat))
			}))
			defer s.Close()
			watch := newClockWatch()
			defer watch.close()
			watch.now = func() time.Time { return theirs.Add(tt.ours) }
			answer, err := watch.client().Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			var got []string
			for _, p := range watch.problems(nil, company.English) {
				got = append(got, slackPlatform.Tell(p, company.English, func(id string) string { return id }))
			}
			if d := cmp.Diff(tt.want, strings.Join(got, "\n")); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if told := watch.problems([]Problem{{Code: "clock"}}, company.English); len(told) > 0 {
				t.Errorf("it is told again: %v", told)
			}
		})
	}
}
