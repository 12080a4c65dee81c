package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

func parsed(t *testing.T, doc string, opts ...Option) *Config {
	t.Helper()
	c, err := Parse("sereno.yaml", []byte(doc), testEnv, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatHoldsWhereNothingIsWritten(t *testing.T) {
	c := parsed(t, base)
	if c.Store != "sereno.db" || c.Listen != "127.0.0.1:8080" || c.Slack != nil || c.Path != "sereno.yaml" {
		t.Errorf("%s with Slack %v", c, c.Slack)
	}
	if d := cmp.Diff(Log{slog.LevelInfo, "text"}, c.Log); d != "" {
		t.Error(d)
	}
	co := c.Company
	if co.GroupWithin != 5*time.Minute || co.CloseAfter != 72*time.Hour || len(co.Reactions) != 3 {
		t.Errorf("incidents: %s, %s, %v", co.GroupWithin, co.CloseAfter, co.Reactions)
	}
	acme := co.Customer("acme")
	if acme.Name != "acme" || acme.Language != company.Spanish || acme.Zone != co.Zone || acme.Severity != sla.Normal {
		t.Errorf("acme is %+v", acme)
	}
	if team := co.Team("platform"); team.Policy == nil || team.Policy.Name != "standard" || team.Lead != nil {
		t.Errorf("platform is %+v", team)
	}
	if ana := co.PersonAt("console", "ana"); ana == nil || ana != co.PersonAt("slack", "U1") {
		t.Errorf("ana on the console is %v", ana)
	}
	if w := co.Contracts[0].Terms[0].Warnings; len(w) != 1 || w[0].Share != 0.75 {
		t.Errorf("warnings are %v", w)
	}
}

func TestReactionsAreKnownByTheNameThatIsTheSameEverywhere(t *testing.T) {
	c := parsed(t, base+"incidents: {reactions: {🎫: open, \":thumbsup:\": take, our_parrot: resolve}}\n")
	if d := cmp.Diff(map[string]string{"ticket": "open", "+1": "take", "our_parrot": "resolve"}, c.Company.Reactions); d != "" {
		t.Error(d)
	}
}

func TestPeopleTakeLanguageAndZoneFromWhereTheyBelong(t *testing.T) {
	doc := strings.NewReplacer(
		"  globex:\n", "  globex:\n    language: en\n    timezone: America/New_York\n",
		"  platform:\n", "  platform:\n    language: en\n    timezone: Europe/Madrid\n",
	).Replace(base)
	c := parsed(t, doc).Company
	for key, want := range map[string]string{
		"john": "en America/New_York", "sofia": "en Europe/Madrid",
		"ana": "es America/Argentina/Buenos_Aires", "maria": "es America/Argentina/Buenos_Aires",
	} {
		if p := c.Person(key); fmt.Sprint(p.Language, " ", p.Zone) != want {
			t.Errorf("%s: %s %s, want %s", key, p.Language, p.Zone, want)
		}
	}
}

func TestOrderIsThatOfTheDocument(t *testing.T) {
	var got []string
	c := parsed(t, base).Company
	for _, x := range c.Calendars {
		got = append(got, x.Name())
	}
	for _, x := range c.Customers {
		got = append(got, x.Key)
	}
	for _, x := range c.Teams {
		got = append(got, x.Key)
	}
	for _, x := range c.People {
		got = append(got, x.Key)
	}
	want := []string{"office", "always", "acme", "globex", "payments", "platform", "maria", "john", "ana", "luis", "sofia", "diego"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTeamsWithoutPoliciesTellTheirChannel(t *testing.T) {
	doc, _, _ := strings.Cut(base, "escalation:")
	team := parsed(t, doc).Company.Team("payments")
	if d := cmp.Diff([]oncall.Step{{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}}}, team.Policy.Steps); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRolesFollowFromDuties(t *testing.T) {
	doc := strings.Replace(base, "people: [luis, ana]", "people: [luis, ana, nina]", 1)
	doc = strings.Replace(doc, "  luis: {}\n", "  luis: {roles: [quality]}\n  nina: {}\n", 1)
	c := parsed(t, doc).Company
	for key, want := range map[string]string{
		"maria": "[customer]", "ana": "[agent]", "nina": "[agent]", "luis": "[quality agent]", "diego": "[lead]",
	} {
		if got := fmt.Sprint(c.Person(key).Roles); got != want {
			t.Errorf("%s has %s, want %s", key, got, want)
		}
	}
}

func TestCalendarsReadAsTheDesignShowsThem(t *testing.T) {
	doc := strings.Replace(base, `    hours: {mon-fri: ["09:00-18:00"]}
    holidays: ["12-25"]
`, `    hours:
      mon-thu: ["09:00-13:00", "14:00-18:00"]
      fri: ["09:00-15:00"]
      sat: ["22:00-06:00"]                 # belongs to the day on which it begins
    holidays: ["2026-11-23", "12-25"]      # one date, or every year
    exceptions: {"2026-12-24": ["09:00-13:00"]}
    seasons:
      - {from: "07-01", to: "08-31", hours: {mon-fri: ["08:00-15:00"]}}
`, 1)
	office := parsed(t, doc).Company.Calendars[0]
	for at, open := range map[string]bool{
		"2026-11-24T12:59:00-03:00": true,  // Tuesday morning
		"2026-11-24T13:30:00-03:00": false, // lunch
		"2026-11-27T15:00:00-03:00": false, // Friday at three
		"2026-11-29T05:59:00-03:00": true,  // Saturday's night, on Sunday
		"2026-11-23T10:00:00-03:00": false, // the holiday
		"2030-12-25T10:00:00-03:00": false, // every year's holiday
		"2026-12-24T14:30:00-03:00": false, // the exception
		"2026-07-01T08:30:00-03:00": true,  // the season
		"2026-09-01T08:30:00-03:00": false,
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if office.OpenAt(instant) != open {
			t.Errorf("OpenAt(%s) = %v", at, !open)
		}
	}
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"15m": 15 * time.Minute, "1h30m": 90 * time.Minute, "3d": 72 * time.Hour, "90s": 90 * time.Second, "1d12h": 36 * time.Hour,
	} {
		if d, _, ok := parseDuration(s); !ok || d != want {
			t.Errorf("%s is %s, %v", s, d, ok)
		}
	}
	for _, s := range []string{"", "-", "h", "15", "30m1h", "1.5h", "1h 30m", "9999999h", "100000d"} {
		if d, _, ok := parseDuration(s); ok {
			t.Errorf("%q is %s", s, d)
		}
	}
}

func TestSettingsOfTheProcess(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "signing")
	if err := os.WriteFile(file, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	doc := base + `
store: ${DSN}
listen: ":0"
log: {level: debug, format: json}
slack:
  bot_token: ${BOT}
  app_token: ${APP}
  signing_secret: ${file:` + file + `}
  team: T0FARO
  api_url: https://slack-gov.com/api
  connections: 3
discord: {token: '${DISCORD}', guild: 1100000000000000001, api_url: 'http://127.0.0.1:9/api', gateway_url: 'ws://127.0.0.1:9/'}
mattermost:
  url: https://chat.example.com/
  token: ${MATTERMOST}
  team: support
  callback_url: http://sereno:8080/
  secret: ${MATTERMOST_SECRET}
kb: {sources: [./kb, /srv/kb, 'cost$${x}'], confidence: 60%, synonyms: [[POS, punto de venta], [CBU, cuenta]]}
`
	c, err := Parse("etc/sereno.yaml", []byte(doc), testEnv)
	if err != nil {
		t.Fatal(err)
	}
	if c.Store != "postgres://u:verysecret@db/sereno" || c.Listen != ":0" {
		t.Errorf("store %q, listen %q", c.Store, c.Listen)
	}
	want := &Slack{
		BotToken: "xoxb-1-verysecret", AppToken: "xapp-1-verysecret", SigningSecret: "from-a-file",
		Mode: Socket, Team: "T0FARO", APIURL: "https://slack-gov.com/api/", Connections: 3,
	}
	if *c.Slack != *want {
		t.Errorf("Slack is not as written: mode %s, %s, %d connections", c.Slack.Mode, c.Slack.APIURL, c.Slack.Connections)
	}
	discord := &Discord{"MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gabcde.verysecretverysecretverysecret", "1100000000000000001", "http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9"}
	if *c.Discord != *discord {
		t.Errorf("Discord is not as written: guild %s, %s, %s", c.Discord.Guild, c.Discord.APIURL, c.Discord.GatewayURL)
	}
	mattermost := &Mattermost{
		URL: "https://chat.example.com", CallbackURL: "http://sereno:8080", Team: "support",
		Token: "verysecretverysecretverysec", Secret: "verysecret-of-our-own",
	}
	if *c.Mattermost != *mattermost {
		t.Errorf("Mattermost is not as written: %s, %s, team %s", c.Mattermost.URL, c.Mattermost.CallbackURL, c.Mattermost.Team)
	}
	if d := cmp.Diff(Log{slog.LevelDebug, "json"}, c.Log); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(KB{[]Source{{Path: "etc/kb", Format: "markdown"}, {Path: "/srv/kb", Format: "markdown"}, {Path: "etc/cost${x}", Format: "markdown"}}, 0, 0.6, [][]string{{"POS", "punto de venta"}, {"CBU", "cuenta"}}}, c.KB); d != "" {
		t.Error(d)
	}
	if got := parsed(t, base+"kb: {precision: 80%}\n").KB; got.Precision != 0.8 || got.Confidence != 0 {
		t.Errorf("precision: %+v", got)
	}
}

// However a configuration is printed, logged or marshalled, its secrets are
// not in it.
func TestSecretsNeverShow(t *testing.T) {
	c := parsed(t, base+"store: ${DSN}\nslack: {bot_token: '${BOT}', app_token: '${APP}', signing_secret: '${SIGNING}'}\n"+
		"discord: {token: '${DISCORD}'}\nmattermost: {url: 'http://m', token: '${MATTERMOST}', callback_url: 'http://s', secret: '${MATTERMOST_SECRET}'}\n")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("configuration", "config", c, "token", c.Slack.BotToken)
	asJSON, err := json.Marshal([]any{c.Slack, c.Discord, c.Mattermost})
	if err != nil {
		t.Fatal(err)
	}
	for how, shown := range map[string]string{
		"%v": fmt.Sprintf("%v", c), "%+v": fmt.Sprintf("%+v", c), "%#v": fmt.Sprintf("%#v", c), "String": c.String(),
		"platforms %+v": fmt.Sprintf("%+v %+v %+v", *c.Slack, *c.Discord, *c.Mattermost), "platforms %#v": fmt.Sprintf("%#v %#v %#v", *c.Slack, *c.Discord, *c.Mattermost), "log": log.String(), "JSON": string(asJSON),
	} {
		if strings.Contains(shown, "verysecret") {
			t.Errorf("%s shows a secret: %s", how, shown)
		}
	}
	if got := c.Slack.BotToken.Reveal(); got != "xoxb-1-verysecret" {
		t.Errorf("Reveal gives %q", got)
	}
}

func TestReferencesCanBeKept(t *testing.T) {
	doc := base + "store: ${NOWHERE}\nlisten: 127.0.0.1:${PORT}\nslack: {bot_token: '${NOWHERE}', app_token: '${file:/nowhere}', api_url: '${URL}'}\n"
	if c := parsed(t, doc, KeepReferences()); c.Store != "${NOWHERE}" || c.Slack == nil {
		t.Errorf("store is %q", c.Store)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sereno.yaml")
	if _, err := Load(path, testEnv); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(base), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, testEnv)
	if err != nil || c.Path != path || c.Company.Name != "Sereno S.A." {
		t.Errorf("%v, %v", c, err)
	}
	if err := os.Truncate(path, maxBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, err = Load(path, testEnv); err == nil || !strings.HasSuffix(err.Error(), "1:1: the file is larger than 4 MiB: take out what is not needed") {
		t.Errorf("a huge file: %v", err)
	}
}

func TestArticlesThatAreNotThereAreAMistakeOfTheDocument(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "sereno.yaml")
	if err := os.WriteFile(file, []byte(base+"kb: {sources: [./articles]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(file, slackEnv)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Line == 0 || problems[0].Path != "kb.sources[0]" ||
		!strings.Contains(err.Error(), "there is no such file): write the path of a folder of articles, and make the folder") {
		t.Fatalf("no articles: %v", err)
	}
	if err := os.Mkdir(filepath.Join(folder, "articles"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, slackEnv); err != nil {
		t.Errorf("an empty folder of articles: %v", err)
	}
	if err := os.WriteFile(file, []byte(base+"kb: {sources: [{path: ./articles, pull: true}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, slackEnv); err == nil || !strings.Contains(err.Error(), "kb.sources[0].pull: \"./articles\" is not a git checkout, so it cannot be pulled: write the path of the folder that git clone made") {
		t.Errorf("a folder that is no checkout: %v", err)
	}
}
