package config

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
)

// What people get wrong when they write down who is who on each platform.
var platformMistakes = []mistake{
	{"a Slack channel by its name", "", []edit{{"[acme-support]", "[], slack: [^'#acme-support']"}}, []string{
		`customers.acme.channels.slack[0]: "#acme-support" is a name, and names change: write its id, such as C0123456789 (the channel's name → About, at the bottom)`,
	}},
	{"a Slack channel by its address", "", []edit{{"[acme-support]", "[], slack: [^https://faro.slack.com/archives/C0ACME001]"}}, []string{
		`customers.acme.channels.slack[0]: "https://faro.slack.com/archives/C0ACME001" is not the id of a channel on slack: write C0ACME001`,
	}},
	{"a person where a Slack channel belongs", "", []edit{{"[acme-support]", "[], slack: [^U0MARIA01, ^general]"}}, []string{
		`customers.acme.channels.slack[0]: "U0MARIA01" is the id of a person, and that of a channel belongs here: write its id, such as C0123456789 (the channel's name → About, at the bottom)`,
		`customers.acme.channels.slack[1]: "general" is not the id of a channel on slack: write its id, such as C0123456789 (the channel's name → About, at the bottom)`,
	}},
	{"people by their names", "", []edit{{"{name: Maria}", "{identities: {slack: ^'@maria', discord: ^maria#1234, mattermost: ^'@maria'}}"}}, []string{
		`people.maria.identities.slack: "@maria" is a name, and names change: write its id, such as U0123456789 (the profile → ⋮ → Copy member ID)`,
		`people.maria.identities.discord: "maria#1234" is not the id of a person on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the person → Copy User ID)`,
		`people.maria.identities.mattermost: "@maria" is a name, and names change: write its id, such as jm1pqg7j1frzpqxyfouc8tfofa (System Console → Users → the person)`,
	}},
	{"people by their mentions", "", []edit{{"{name: Maria}", "{identities: {slack: ^'<@U0MARIA01>', discord: ^'<@1012345678901234567>'}}"}}, []string{
		`people.maria.identities.slack: "<@U0MARIA01>" is not the id of a person on slack: write U0MARIA01`,
		`people.maria.identities.discord: "<@1012345678901234567>" is not the id of a person on discord: write 1012345678901234567`,
	}},
	{"one Discord account for two people", "", []edit{
		{"{name: Maria}", "{identities: {discord: 1012345678901234567}}"},
		{"  luis: {}", "  luis: {identities: {discord: ^'1012345678901234567'}}"},
	}, []string{
		`people.luis.identities.discord: "1012345678901234567" on discord is "maria" already, in line 39, column 33: write each person's own identity`,
	}},
	{"channels of Discord and Mattermost by their names", "", []edit{
		{"[acme-support]", "[], discord: [^acme, ^12345, ^1.1e18]"},
		{"[globex-support]", "[], mattermost: [^town-square, ^http://chat/team/channels/4xp9fdt77pncbef59f4k1qe83o]"},
	}, []string{
		`customers.acme.channels.discord[0]: "acme" is not the id of a channel on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the channel → Copy Channel ID)`,
		`customers.acme.channels.discord[1]: "12345" is not the id of a channel on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the channel → Copy Channel ID)`,
		`customers.acme.channels.discord[2]: "1.1e18" is not the id of a channel on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the channel → Copy Channel ID)`,
		`customers.globex.channels.mattermost[0]: "town-square" is not the id of a channel on mattermost: write its id, such as 4xp9fdt77pncbef59f4k1qe83o (the channel's name → View Info, at the bottom)`,
		`customers.globex.channels.mattermost[1]: "http://chat/team/channels/4xp9fdt77pncbef59f4k1qe83o" is not the id of a channel on mattermost: write 4xp9fdt77pncbef59f4k1qe83o`,
	}},
	{"somebody on call who cannot be paged on Discord", "", []edit{{"[payments-team]", "[]"}, {"{console: []}", "{discord: [1012345678901234567]}"}, {"  ana:", "  ^ana:"}, {"  luis: {}\n", "  ^luis: {}\n"}}, []string{
		`people.ana: "ana" is paged for team "payments", but has no identity on discord: write identities: {discord: 1012345678901234567}`,
		`people.luis: "luis" is paged for team "payments", but has no identity on discord: write identities: {discord: 1012345678901234567}`,
	}},
	{"workspaces that are none", "", []edit{{"    contacts: [maria]", "    workspaces: {slack: [^C0ACME001, ^acme.slack.com, T0ACME001, ^T0ACME001], discord: [^acme], mattermost: [^acme]}\n    contacts: [maria]"}}, []string{
		`customers.acme.workspaces.slack[0]: "C0ACME001" is the id of a channel, and that of a workspace belongs here: write its id, such as T0123456789 (in a browser, the address app.slack.com/client/T…)`,
		`customers.acme.workspaces.slack[1]: "acme.slack.com" is not the id of a workspace on slack: write its id, such as T0123456789 (in a browser, the address app.slack.com/client/T…)`,
		`customers.acme.workspaces.slack[3]: "T0ACME001" is listed twice: keep one of the two`,
		`customers.acme.workspaces.discord[0]: "acme" is not the id of a workspace on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the server → Copy Server ID)`,
		`customers.acme.workspaces.mattermost[0]: "acme" is not the id of a workspace on mattermost: write its id, such as wmqyx3u9n3r8jpgkd4ozrfyc7a (the Connection ID that /secure-connection status shows)`,
	}},
	{"our own workspace as a customer's, and everybody as agents", "discord: {token: '${DISCORD}', guild: 1012345678901234567}\n" + base, []edit{
		{"    contacts: [maria]", "    workspaces: {discord: [^1012345678901234567]}\n    contacts: [maria]"},
		{"    lead: diego", "    groups: {discord: [^1012345678901234567]}\n    lead: diego"},
	}, []string{
		`customers.acme.workspaces.discord[0]: "1012345678901234567" is our own workspace (in line 1, column 39), and not a customer's: write the id of theirs, or remove it`,
		`teams.payments.groups.discord[0]: "1012345678901234567" is our whole server (in line 1, column 39), and everybody in it would be an agent: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then Server Settings → Roles → right click → Copy Role ID)`,
	}},
	{"groups that are none, and one of two teams", "", []edit{
		{"    lead: diego", "    groups: {slack: [S0PAY, ^S0PAY, ^'@payments'], mattermost: [^payments]}\n    lead: diego"},
		{"    agents: [sofia]", "    agents: [sofia]\n    groups: {slack: [^S0PAY]}"},
	}, []string{
		`teams.payments.groups.slack[1]: "S0PAY" is listed twice: keep one of the two`,
		`teams.payments.groups.slack[2]: "@payments" is a name, and names change: write its id, such as S0123456789 (in a browser, the end of the user group's address)`,
		`teams.payments.groups.mattermost[0]: "payments" is not the id of a group on mattermost: write its id, such as sb8qyf5xr3bdpnrqyzxb3o6sma (System Console → Groups → the group, in the address)`,
		`teams.platform.groups.slack[0]: the group "S0PAY" of slack is taken already (team "payments", in line 32, column 22): write a group of its own`,
	}},
	{"other tokens where a Discord bot's belongs", "", []edit{{"", "discord: {token: ^'Bot ${DISCORD}', guild: ^faro, api_url: ^discord.com, gateway_url: ^https://gateway.discord.gg}\n"}}, []string{
		`discord.token: the word Bot stands before the token: write the token without Bot`,
		`discord.guild: "faro" is not the id of a workspace on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the server → Copy Server ID)`,
		`discord.api_url: this is not a web address: write https://discord.com/api/v10`,
		`discord.gateway_url: this is not a web address: write wss://gateway.discord.gg`,
	}},
	{"an application's id for a Discord token", "", []edit{{"", "discord: {token: ^1012345678901234567}\n"}}, []string{
		`discord.token: this is not a bot's token, but an id, a public key or a client secret: write the token of Bot → Reset Token in the developer portal`,
	}},
	{"a Discord token in the place of something else", "", []edit{{"", "discord: {token: '${DISCORD}', ^MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gabcde.verysecretverysecretverysecret: a}\n"}, {"{name: Maria}", "{identities: {discord: ^MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gabcde.verysecretverysecretverysecret}}"}}, []string{
		`people.maria.identities.discord: "•••" is not the id of a person on discord: write its id, such as 1012345678901234567 (Settings → Advanced → Developer Mode; then right click on the person → Copy User ID)`,
		`discord: there is no key "•••" here: write one of token, guild, api_url, gateway_url`,
	}},
	{"a Mattermost server without what it needs", "", []edit{{"", "^^mattermost: {url: ^chat.example.com, secret: ^short}\n"}}, []string{
		`mattermost: token is missing: write token: ${MATTERMOST_TOKEN}`,
		`mattermost: callback_url is missing: write callback_url: https://sereno.example.com`,
		`mattermost.url: this is not a web address: write https://chat.example.com`,
		`mattermost.secret: the secret has fewer than 16 characters and could be guessed: make one with: openssl rand -hex 32`,
	}},
	{"sizes and types of files that are none", "", []edit{{"", "files: {max_size: ^25, total: ^200 mb, types: [^png, ^.pdf, ^Image/PNG, ^everything, text/*, ^text/*]}\n"}}, []string{
		`files.max_size: "25" is not a size: write 25KB or 25MB`,
		`files.total: "200 mb" is not a size: write 200MB`,
		`files.types[0]: "png" is not a media type: write image/png`,
		`files.types[1]: ".pdf" is not a media type: write application/pdf`,
		`files.types[2]: "Image/PNG" is not a media type: write image/png`,
		`files.types[3]: "everything" is not a media type: write a media type such as application/pdf, or all of a kind: image/*`,
		`files.types[5]: "text/*" is listed twice: keep one of the two`,
	}},
	{"a size in words, and one beyond the limit", "", []edit{{"", "files: {max_size: ^many, total: ^0KB}\n"}}, []string{
		`files.max_size: "many" is not a size: write 500KB, 25MB or 1GB`,
		`files.total: "0KB" is not from 1KB to 1000GB: write 500KB, 25MB or 1GB`,
	}},
	{"one file that is larger than all", "", []edit{{"", "files: {max_size: ^500MB}\n"}}, []string{
		`files.max_size: one file may have 500MB, and all together only 200MB: write total: 1000MB`,
	}},
	{"talk between platforms in another way", "", []edit{{"", "incidents: {relay: ^allways, reply_mode_for: ^30s}\n"}}, []string{
		`incidents.relay: "allways" is not a way to relay: did you mean "always"?`,
		`incidents.reply_mode_for: "30s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
	{"a reply mode that never ends", "", []edit{{"", "incidents: {reply_mode_for: ^2d}\n"}}, []string{
		`incidents.reply_mode_for: "2d" is too long: write 24h`,
	}},
}

// across is the base with everybody on three platforms.
const across = `
files: {max_size: 10MB, total: 1GB, types: [image/*]}
incidents: {relay: across, reply_mode_for: 1h}
`

func TestPeopleOfSeveralPlatforms(t *testing.T) {
	doc := base + across
	for _, e := range []edit{
		{"[acme-support]}", "[acme-support], slack: [C0ACME001], discord: [1200000000000000001, \"12000000000000000019\"]}\n    workspaces: {slack: [T0ACME, E0ACME], mattermost: [wmqyx3u9n3r8jpgkd4ozrfyc7a]}"},
		{"[payments-team]}", "[payments-team], mattermost: [4xp9fdt77pncbef59f4k1qe83o]}\n    groups: {slack: [S0PAY, S0PAY2], discord: [1012345678901234567]}"},
		{"{name: Maria}", "{identities: {slack: U0MARIA, discord: 1012345678901234568, mattermost: jm1pqg7j1frzpqxyfouc8tfofa}}"},
	} {
		doc = e.apply(t, doc)
	}
	c := parsed(t, doc).Company
	acme, payments := c.Customer("acme"), c.Team("payments")
	want := []company.ChannelID{{Platform: "console", ID: "acme-support"}, {Platform: "slack", ID: "C0ACME001"}, {Platform: "discord", ID: "1200000000000000001"}, {Platform: "discord", ID: "12000000000000000019"}}
	if d := cmp.Diff(want, acme.Channels); d != "" {
		t.Errorf("channels (-want +got):\n%s", d)
	}
	for id, want := range map[string]string{"slack": "U0MARIA", "discord": "1012345678901234568", "mattermost": "jm1pqg7j1frzpqxyfouc8tfofa", "console": "maria"} {
		if p := c.PersonAt(id, want); p == nil || p.Key != "maria" {
			t.Errorf("%s on %s is %v", want, id, p)
		}
	}
	if !acme.Has("slack", "E0ACME") || !acme.Has("mattermost", "wmqyx3u9n3r8jpgkd4ozrfyc7a") || acme.Has("discord", "T0ACME") || acme.Has("slack", "") {
		t.Errorf("workspaces are %v", acme.Workspaces)
	}
	if c.TeamOfGroup("slack", "S0PAY2") != payments || c.TeamOfGroup("discord", "S0PAY2") != nil || !slices.Equal(c.GroupsOn("slack"), []string{"S0PAY", "S0PAY2"}) {
		t.Errorf("groups are %v", payments.Groups)
	}
	if d := cmp.Diff(company.Files{MaxSize: 10 << 20, PerIncident: 1 << 30, Types: []string{"image/*"}}, c.Files); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
	if c.Relay != company.RelayAcross || c.ReplyModeFor.Hours() != 1 {
		t.Errorf("relay %s, reply mode for %s", c.Relay, c.ReplyModeFor)
	}
}
