package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	slacked := base + "slack: {bot_token: '${BOT}', app_token: '${APP}'}\n"
	everywhere := base + "discord: {token: '${DISCORD}'}\nmattermost: {url: 'http://m', token: '${MATTERMOST}', callback_url: 'http://s', secret: '${MATTERMOST_SECRET}'}\n"
	other := environment(map[string]string{
		"DISCORD": "other-verysecret", "MATTERMOST": "other-verysecret", "MATTERMOST_SECRET": "other-verysecret",
		"BOT": "xoxb-2-verysecret", "APP": "xapp-1-verysecret", "DSN": "postgres://u:other@db2/sereno",
	})
	for _, tt := range []struct {
		name     string
		old, new string
		env      func(string) (string, bool) // of the new one, where it is another
		want     []string
	}{
		{"nothing changed", base, base, nil, nil},
		{"the order of customers and comments are no change", base, "# reviewed\n" + strings.Replace(base, "company:", "store: sereno.db\ncompany:", 1), nil, []string{
			"store: – → sereno.db",
		}},
		{"a target", base, strings.Replace(base, "first_response: 15m", "first_response: 10m", 1), nil, []string{
			"contracts.gold.levels.critical.first_response: 15m → 10m",
		}},
		{"the turns of a schedule", base, strings.Replace(base, "people: [luis, ana]", "people: [ana, luis]", 1), nil, []string{
			"schedules.payments-oncall.people: [luis, ana] → [ana, luis]",
		}},
		{"a step of a policy", base, strings.Replace(base, "after: 10m", "after: 5m", 1), nil, []string{
			"escalation.standard.steps[1].after: 10m → 5m",
		}},
		{"a level that promises nothing any more", base, strings.Replace(base, "normal: {calendar: office, first_response: 4h}", "normal: none", 1), nil, []string{
			"contracts.gold.levels.normal.calendar: office → –",
			"contracts.gold.levels.normal.first_response: 4h → –",
			"contracts.gold.levels.normal: – → none",
		}},
		{"somebody new", base, strings.NewReplacer("[sofia]", "[sofia, tom]", "  sofia: {}", "  sofia: {}\n  tom: {name: Tom}").Replace(base), nil, []string{
			"teams.platform.agents: [sofia] → [sofia, tom]",
			"people.tom.name: – → Tom",
		}},
		{"somebody new of whom nothing is said", base, strings.NewReplacer("[sofia]", "[sofia, tom]", "  sofia: {}", "  sofia: {}\n  tom: {}").Replace(base), nil, []string{
			"teams.platform.agents: [sofia] → [sofia, tom]",
			"people.tom: – → {}",
		}},
		{"a token that the environment changed", slacked, slacked, other, []string{
			"slack.bot_token: ••• → •••",
		}},
		{"tokens of Discord and Mattermost that the environment changed", everywhere, everywhere, other, []string{
			"discord.token: ••• → •••", "mattermost.token: ••• → •••", "mattermost.secret: ••• → •••",
		}},
		{"a store that the environment changed", base + "store: ${DSN}\n", base + "store: ${DSN}\n", other, []string{
			"store: postgres://u:xxxxx@db/sereno → postgres://u:xxxxx@db2/sereno",
		}},
		{"an address, not in force until a restart", base, base + "listen: ':9090'\n", nil, []string{
			"listen: – → :9090",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := testEnv
			if tt.env != nil {
				env = tt.env
			}
			now, err := Parse("sereno.yaml", []byte(tt.new), env)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, Diff(parsed(t, tt.old), now)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestDocumentsAreToldApartByWhoIsOnCall(t *testing.T) {
	is := edited(t).Company.Duties
	for name, tt := range map[string]struct {
		edit edit
		same bool
	}{
		"the same":                {edit{"  luis: {}", "  luis: {} # on call too"}, true},
		"another machine's":       {edit{"company:", "listen: 127.0.0.1:9999\ncompany:"}, true},
		"somebody away":           {edit{"  luis: {}", "  luis: {away: {ical: testdata/ana.ics}}"}, false},
		"another reminder":        {edit{"company:", "paging: {remind_before: 6h}\ncompany:"}, false},
		"another order of people": {edit{"people: [luis, ana]", "people: [ana, luis]"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := edited(t, tt.edit).Company.Duties; got == "" || got == is != tt.same {
				t.Errorf("%q, and %q without the change", got, is)
			}
		})
	}
}
