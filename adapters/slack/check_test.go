package slack

import (
	"fmt"
	"strings"
	"testing"

	"sereno/adapters/slack/slacktest"
)

func TestCheckFindsAllThatKeepsTheBotFromWorking(t *testing.T) {
	for name, c := range map[string]struct {
		set   setting
		fault map[string]slacktest.Fault
		want  []string // code and subject of each
	}{
		"all is well": {},
		"a scope was not granted": {
			set:  func(o *slacktest.Options, _ *Config, _ *Options, _ *tuning) { o.Scopes = o.Scopes[1:] },
			want: []string{"scope app_mentions:read"},
		},
		"the bot token is old": {
			set:  func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.BotToken = "xoxb-old" },
			want: []string{"token bot"},
		},
		"the app token is old": {
			set:  func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.AppToken = "xapp-old" },
			want: []string{"app_token connections:write"},
		},
		"the app token is not needed over http": {
			set: func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Mode, c.AppToken = HTTP, "" },
		},
		"another workspace": {
			set:  func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Team = "T9" },
			want: []string{"team T1"},
		},
		"slack cannot be reached": {
			fault: map[string]slacktest.Fault{"auth.test": {Status: 502}},
			want:  []string{"unreachable bot"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var settings []setting
			if c.set != nil {
				settings = append(settings, c.set)
			}
			w := newWorld(t, settings...)
			for method, f := range c.fault {
				w.slack.Fail(method, f)
			}
			compare(t, w.a.Check(t.Context(), []string{"C1", "C2"}, []string{"UANA"}), c.want)
		})
	}
}

func TestCheckLooksAtEveryChannelAndPerson(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, o *Options, _ *tuning) {
		o.Groups = func() []string { return []string{"S1", "SNONE"} }
		o.Workspace = func(id string) bool { return id == "T2" }
	})
	w.slack.SetGroup("S1", "UANA")
	w.slack.AddChannel("CSHARED", true)
	w.slack.Share("CSHARED", "T1", "E8", "E9")
	w.slack.AddChannel("CKNOWN", true)
	w.slack.Share("CKNOWN", "T1", "T2", "E9")
	w.slack.AddChannel("COUT", false)
	w.slack.AddChannel("COLD", true)
	w.slack.Archive("COLD")
	w.slack.AddUser(slacktest.User{ID: "UGONE", Deleted: true})
	w.slack.AddUser(slacktest.User{ID: "UROBOT", Bot: true})
	got := w.a.Check(t.Context(), []string{"C1", "CSHARED", "CKNOWN", "COUT", "COLD", "CNONE"}, []string{"UANA", "UGONE", "UROBOT", "UNONE"})
	compare(t, got, []string{"shared CSHARED", "member COUT", "channel COLD", "channel CNONE", "group SNONE", "person UGONE", "person UROBOT", "person UNONE"})
	for _, p := range got {
		if p.Cause == "" || strings.Contains(p.String(), "xoxb") {
			t.Errorf("a problem says %q", p)
		}
	}
}

func compare(t *testing.T, got []Problem, want []string) {
	t.Helper()
	var codes []string
	for _, p := range got {
		codes = append(codes, p.Code+" "+p.Subject)
	}
	if fmt.Sprint(codes) != fmt.Sprint(want) {
		t.Errorf("found %v", got)
	}
}
