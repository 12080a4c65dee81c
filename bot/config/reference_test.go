package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
	"sereno/bot/holidays"
)

const (
	referencePage = "../../docs/configuration.md"
	exampleFile   = "../../docs/sereno.example.yaml"
)

var (
	referenceHeading = regexp.MustCompile("(?m)^#{2,3} (.+)$")
	referenceRow     = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (.+) \\|(.*)\\|$")
	referenceYAML    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
)

func readPage(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every key that is read is explained under the heading of its section, and
// nothing else is; those that cannot be left out are said to be required.
func TestReferenceExplainsEveryKey(t *testing.T) {
	page := readPage(t, referencePage)
	got := map[string][]string{}
	headings := referenceHeading.FindAllStringSubmatchIndex(page, -1)
	for i, h := range headings {
		end := len(page)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		title := page[h[2]:h[3]]
		for _, row := range referenceRow.FindAllStringSubmatch(page[h[1]:end], -1) {
			key := row[1]
			if strings.TrimSpace(row[3]) == "required" {
				key += ", required"
			}
			got[title] = append(got[title], key)
		}
	}
	want := map[string][]string{}
	for _, s := range sections {
		for _, k := range s.keys {
			name := k.name
			if k.must {
				name += ", required"
			}
			want[s.title] = append(want[s.title], name)
		}
	}
	for _, keys := range []map[string][]string{got, want} {
		for _, in := range keys {
			slices.Sort(in)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the keys (-read +explained):\n%s", d)
	}
}

var slackEnv = environment(map[string]string{
	"DATABASE_URL": "postgres://sereno@db/sereno", "SERENO_STORE": "sereno.db",
	"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s",
	"DISCORD_TOKEN": "MTEw.a.b", "MATTERMOST_TOKEN": "m", "MATTERMOST_SECRET": "a secret of our own",
	"SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "TWILIO_SID": "AC1", "TWILIO_TOKEN": "t", "WEBHOOK_SECRET": "a secret of our own", "ASSISTANT_KEY": "a key of ours", "HEARTBEAT_URL": "https://hc.example.com/ping/1",
})

func TestReferenceExamplesAreOneDocument(t *testing.T) {
	var doc strings.Builder
	for _, block := range referenceYAML.FindAllStringSubmatch(readPage(t, referencePage), -1) {
		doc.WriteString(block[1])
	}
	if _, err := Parse("sereno.yaml", []byte(doc.String()), slackEnv); err != nil {
		t.Errorf("%v\n%s", err, doc.String())
	}
}

// The defaults that the page names are those that are read.
func TestReferenceNamesTheDefaults(t *testing.T) {
	page := readPage(t, referencePage)
	for key, value := range map[string]string{
		"store": defaultStore, "listen": defaultListen, "api_url": defaultSlackURL, "mode": string(Socket), "level": "info", "format": logFormats[0],
		"warnings": "[75%]", "group_within": "5m", "close_after": "72h", "repeat_after": "10m",
		"max_size": "25MB", "total": "200MB", "patience": "5s", "gaps_warning": "mon 09:00", "remind_before": "12h", "relay": relays[0], "reply_mode_for": "30m",
		"review_every": "4320h", "remind_every": "168h", "publishers": "[lead, quality]", "refusals": "3", "share": "50%", "incidents": "10", "within": "720h",
	} {
		if !regexp.MustCompile("(?m)^\\| `" + key + "` \\|.*\\| `" + regexp.QuoteMeta(value) + "` \\|$").MatchString(page) {
			t.Errorf("the page does not name %s as the default of %s", value, key)
		}
	}
}

func TestExampleHasNoMistakes(t *testing.T) {
	c, err := Load(exampleFile, slackEnv) // as it lies there, with nothing beside it
	if err != nil {
		t.Fatal(err)
	}
	checkServable(t, c)
	if late := c.Unworkable(); len(late) > 0 {
		t.Error(late)
	}
}

// alternative is a line of the example that somebody may take the hash sign from.
var alternative = regexp.MustCompile(`^( *)# ((?:  )*)([a-z_]+:)(.*)$`)

// with takes the hash signs away; an alternative replaces the line above it
// that has its key.
func with(example string) string {
	var out []string
	for line := range strings.Lines(example) {
		if m := alternative.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			line = m[1] + m[2] + m[3] + m[4] + "\n"
			if last := len(out) - 1; strings.HasPrefix(out[last], m[1]+m[2]+m[3]) {
				out = out[:last]
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

func TestExampleHasNoMistakesWithItsAlternatives(t *testing.T) {
	doc := with(readPage(t, exampleFile))
	c, err := Parse("sereno.yaml", []byte(doc), slackEnv)
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	checkServable(t, c)
	if c.Slack == nil || c.Discord == nil || c.Mattermost == nil || c.Company.Person("carmen").Identities[mattermost] == "" || c.Company.TeamOfGroup(slack, "S0STORTEAM1") == nil {
		t.Errorf("the alternatives do not show every platform:\n%s", doc)
	}
}

// golf is a document with two mistakes.
var golf = strings.NewReplacer("contract: gold\n    team: platform", "contract: golf\n    team: platform", "handoff: mon 09:00", "handoff: tue 09:00").Replace(base)

// The messages that the page shows are those that are told.
func TestReferenceShowsRealMessages(t *testing.T) {
	if got := problemsOf(t, golf).Error(); !strings.Contains(readPage(t, referencePage), got) {
		t.Errorf("the page does not show\n%s", got)
	}
}

// The regions that the page lists are those that are known.
func TestReferenceListsEveryRegion(t *testing.T) {
	page := readPage(t, referencePage)
	for _, region := range holidays.Regions() {
		if !strings.Contains(page, "`"+region+"`") {
			t.Errorf("the page does not list %s", region)
		}
	}
}

// Every message that the page shows is one that some mistake is told.
func TestReferenceShowsMessagesAsTheyAreTold(t *testing.T) {
	told := map[string]bool{}
	for _, p := range problemsOf(t, golf) {
		told[p.Path+": "+p.Msg.In(company.English)] = true
	}
	for _, rows := range append(slices.Clone(allMistakes), aheadMistakes) {
		for _, m := range rows {
			for _, w := range m.wants {
				told[w] = true
			}
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^sereno\.yaml:\d+:\d+: (.*)$`).FindAllStringSubmatch(readPage(t, referencePage), -1) {
		if !told[line[1]] {
			t.Errorf("no mistake is told %q", line[1])
		}
	}
}
