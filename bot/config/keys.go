package config

import (
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// section is a mapping whose keys are fixed. Its title is its heading in
// docs/configuration.md, where a test looks for every key.
type section struct {
	title string
	keys  []key
}

// key is one key of a section, with an example of its value; must says that it
// cannot be left out.
type key struct {
	name, sample string
	must         bool
}

func must(name, sample string) key { return key{name, sample, true} }
func may(name, sample string) key  { return key{name, sample, false} }

// example is the key as one may write it.
func (k key) example() string { return k.name + ": " + k.sample }

// The keys of the document.
var (
	documentKeys = section{"The document", []key{
		must("company", "{name: Sereno S.A., language: es, timezone: America/Argentina/Buenos_Aires}"),
		may("store", "sereno.db"),
		may("listen", "127.0.0.1:8080"),
		may("public_url", exampleCallbackURL),
		may("log", "{level: info}"),
		may("slack", "{bot_token: '${SLACK_BOT_TOKEN}', app_token: '${SLACK_APP_TOKEN}'}"),
		may("discord", "{token: '${DISCORD_TOKEN}'}"),
		may("mattermost", "{url: 'https://chat.example.com', token: '${MATTERMOST_TOKEN}', …}"),
		may("mail", "{host: smtp.example.com, from: sereno@example.com}"),
		may("notifiers", "{sms: {url: 'https://sms.example.com/messages'}}"),
		may("heartbeat", "{url: '${HEARTBEAT_URL}'}"),
		must("calendars", "{always: {timezone: UTC, hours: {mon-sun: ['00:00-24:00']}}}"),
		must("contracts", "{gold: {levels: {…}}}"),
		must("customers", "{acme: {contract: gold, team: payments, channels: {…}}}"),
		must("teams", "{payments: {channels: {…}, agents: [ana]}}"),
		must("people", "{ana: {name: Ana}}"),
		may("schedules", "{payments-oncall: {every: weekly, …}}"),
		may("escalation", "{standard: {steps: [{schedule: team}]}}"),
		may("paging", "{patience: 5s}"),
		may("quality", "{channels: {…}}"),
		may("incidents", "{group_within: 5m}"),
		may("files", "{max_size: 25MB}"),
		may("kb", "{sources: [./kb]}"),
		may("assistant", "{model: gpt-4o-mini, key: '${ASSISTANT_KEY}'}"),
	}}
	companyKeys = section{"company", []key{
		must("name", "Sereno S.A."), must("language", "es"), must("timezone", "America/Argentina/Buenos_Aires"),
	}}
	logKeys      = section{"log", []key{may("level", "info"), may("format", "text")}}
	calendarKeys = section{"calendars", []key{
		must("timezone", "America/Argentina/Buenos_Aires"), must("hours", "{mon-fri: ['09:00-18:00']}"),
		may("holidays", "['12-25', {region: AR}]"), may("exceptions", "{'2026-12-24': ['09:00-13:00']}"),
		may("seasons", "[{from: '07-01', to: '08-31', hours: {mon-fri: ['08:00-15:00']}}]"),
		may("versions", "[{from: 2027-01-01, hours: {mon-fri: ['08:00-17:00']}}]"),
	}}
	calendarVersionKeys = section{"versions of a calendar", []key{
		must("from", "2027-01-01"), may("timezone", "America/Argentina/Buenos_Aires"), may("hours", "{mon-fri: ['08:00-17:00']}"),
		may("holidays", "['12-25']"), may("exceptions", "{'12-24': ['09:00-13:00']}"), may("seasons", "[{…}]"),
	}}
	holidaysKeys = section{"holidays", []key{may("region", "AR"), may("ical", "holidays.ics"), may("except", "[2026-12-08]")}}
	seasonKeys   = section{"seasons", []key{
		must("from", "'07-01'"), must("to", "'08-31'"), must("hours", "{mon-fri: ['08:00-15:00']}"),
	}}
	contractKeys = section{"contracts", []key{
		must("levels", "{critical: {calendar: always, first_response: 15m}, …}"),
		may("kinds", "{question: {high: {calendar: office, first_response: 4h}}}"),
		may("pauses", "{waiting_customer: [resolution]}"), may("warnings", "[75%, 30m]"),
		may("versions", "[{valid_from: 2027-01-01, warnings: [50%, 75%]}]"), may("changes", "from_now"),
		may("reopening", "{mode: continue, new_after: 14d}"),
	}}
	contractVersionKeys = section{"versions of a contract", []key{
		must("valid_from", "2027-01-01"), may("levels", "{…}"), may("kinds", "{…}"), may("pauses", "{…}"), may("warnings", "[75%]"),
	}}
	reopeningKeys  = section{"reopening", []key{may("mode", "continue"), may("new_after", "14d")}}
	levelsKeys     = section{"levels", severityKeys(must)}
	kindsKeys      = section{"kinds", []key{may(string(sla.Question), "{high: {…}}"), may(string(sla.ServiceRequest), "{high: {…}}")}}
	kindLevelsKeys = section{"levels of a kind", severityKeys(may)}
	levelKeys      = section{"A level", []key{
		may("calendar", "office"), may("first_response", "1h"), may("next_response", "2h"), may("update", "2h"),
		may("workaround", "4h"), may("resolution", "8h"),
	}}
	commitmentKeys = section{"A commitment", []key{
		must("within", "8h"), may("calendar", "office"), may("warnings", "[50%, 30m]"), may("from", "confirmed"),
	}}
	pausesKeys = section{"pauses", []key{
		may(string(sla.Customer), "[resolution, next_response]"), may(string(sla.ThirdParty), "[resolution]"),
		may(string(sla.Development), "[resolution]"),
	}}
	customerKeys = section{"customers", []key{
		must("contract", "gold"), must("team", "payments"), must("channels", "{slack: [C0123456789]}"),
		may("name", "Acme S.A."), may("language", "es"), may("timezone", "America/Argentina/Buenos_Aires"),
		may("severity", "normal"), may("kind", "failure"), may("contacts", "[maria]"), may("workspaces", "{slack: [T0123456789]}"),
	}}
	teamKeys = section{"teams", []key{
		must("channels", "{slack: [C0123456789]}"), must("agents", "[ana, luis]"),
		may("name", "Payments"), may("language", "es"), may("timezone", "America/Argentina/Buenos_Aires"),
		may("lead", "diego"), may("schedule", "payments-oncall"), may("policy", "standard"), may("ola", "internal"), may("products", "[Payments API]"), may("groups", "{slack: [S0123456789]}"),
	}}
	personKeys = section{"people", []key{
		may("name", "Ana"), may("language", "es"), may("timezone", "America/Argentina/Buenos_Aires"),
		may("roles", "[quality]"), may("identities", "{slack: U0123456789}"),
		may("reach", "[slack, {mail: 2m}]"), may("quiet", "{hours: ['22:00-07:00']}"), may("away", "{ical: ana.ics}"),
	}}
	awayKeys     = section{"away", []key{must("ical", "ana.ics"), may("words", "[vacaciones, licencia]")}}
	quietKeys    = section{"quiet", []key{must("hours", "['22:00-07:00']"), may("days", "mon-sun"), may("timezone", "America/Argentina/Buenos_Aires")}}
	scheduleKeys = section{"schedules", rotationKeys("layers")}
	layeredKeys  = section{"schedules", []key{must("layers", "[{people: [luis, ana], every: weekly, handoff: mon 09:00, start: 2026-11-02}]"), may("timezone", "UTC")}}
	layerKeys    = section{"layers", rotationKeys("name")}
	policyKeys   = section{"escalation", []key{
		must("steps", "[{schedule: team}, {channel: team, after: 10m}]"), may("repeat", "2"), may("repeat_after", "10m"),
		may("ack_for", "30m"), may("fallback", "[diego, {channel: team}]"),
	}}
	targetKeys = section{"targets", []key{
		may("schedule", "team"), may("person", "diego"), may("people", "[ana, luis]"), may("team", "team"), may("channel", "team"), may("lead", "team"),
	}}
	stepKeys = section{"steps", append(slices.Clone(targetKeys.keys), []key{
		may("targets", "[{schedule: team}, {lead: team}]"), may("after", "10m"), may("at", "90%"), may("when", "{severity: [critical]}"),
	}...)}
	whenKeys = section{"when", []key{
		may("severity", "[critical, high]"), may("customers", "[acme]"), may("within", "office"), may("outside", "office"),
		may("hours", "{mon-fri: ['09:00-18:00']}"), may("timezone", "America/Argentina/Buenos_Aires"),
	}}
	qualityKeys   = section{"quality", []key{may("channels", "{slack: [C0123456789]}")}}
	incidentsKeys = section{"incidents", []key{
		may("group_within", "5m"), may("close_after", "72h"), may("reactions", "{ticket: open, eyes: take}"),
		may("relay", "always"), may("reply_mode_for", "30m"),
	}}
	filesKeys = section{"files", []key{may("max_size", "25MB"), may("total", "200MB"), may("types", "['image/*', application/pdf]")}}
	kbKeys    = section{"kb", []key{
		may("sources", "[./kb]"), may("precision", "0.75"), may("confidence", "0.6"), may("synonyms", "[[POS, punto de venta]]"),
		may("publishers", "[lead, quality]"), may("review_every", "4320h"), may("remind_every", "168h"),
		may("review", "{refusals: 3, share: 50%}"),
	}}
	reviewKeys = section{"review", []key{may("refusals", "3"), may("share", "50%"), may("incidents", "10"), may("within", "720h")}}
	sourceKeys = section{"sources", []key{
		must("path", "./wiki"), may("format", "dokuwiki"), may("pull", "true"), may("language", "es"), may("kind", "faq"),
		may("visibility", "internal"), may("customers", "[acme]"), may("owner", "ana"), may("products", "[Payments API]"), may("tags", "[wiki]"),
		may("base_url", exampleWikiURL),
	}}
	channelKeys   = perPlatform("channels", channelID)
	workspaceKeys = perPlatform("workspaces", workspaceID)
	groupKeys     = perPlatform("groups", groupID)
)

var sections = []section{
	documentKeys, companyKeys, logKeys, slackKeys, discordKeys, mattermostKeys,
	mailKeys, notifierKeys, statusKeys, heartbeatKeys,
	calendarKeys, holidaysKeys, seasonKeys, calendarVersionKeys,
	contractKeys, contractVersionKeys, reopeningKeys, levelsKeys, kindsKeys, kindLevelsKeys, levelKeys, commitmentKeys, pausesKeys,
	customerKeys, teamKeys, personKeys, quietKeys, awayKeys,
	scheduleKeys, layerKeys, policyKeys, targetKeys, stepKeys, whenKeys, pagingKeys,
	qualityKeys, incidentsKeys, filesKeys, kbKeys, reviewKeys, sourceKeys,
	assistantKeys, answerCustomersKeys, embeddingsKeys, pricesKeys, budgetKeys, redactKeys,
	channelKeys, (&reader{}).identityKeys(),
	workspaceKeys, groupKeys,
}

// The words that stand for values.
var (
	languages  = []string{string(company.Spanish), string(company.English)}
	ourRoles   = []string{string(company.Agent), string(company.Lead), string(company.Quality), string(company.Admin)}
	reactions  = []string{"open", string(incident.Take), string(incident.Resolve)}
	changes    = names([]sla.Changes{sla.Piecewise, sla.Recompute})
	reopenings = names([]sla.ReopenMode{sla.Continue, sla.Restart})
	starts     = names([]sla.Start{sla.StartReported, sla.StartConfirmed})
	relays     = []string{string(company.RelayAlways), string(company.RelayAcross)}
	logLevels  = []string{"debug", "info", "warn", "error"}
	logFormats = []string{"text", "json"}
)

// severityKeys are all asked for: a severity that was forgotten would be one
// for which nothing is promised, and nobody would notice. For a kind of request
// one that is not named is as it is for the others.
func severityKeys(kind func(name, sample string) key) []key {
	var out []key
	for _, s := range sla.Severities {
		out = append(out, kind(string(s), none))
	}
	return out
}

// rotationKeys are those of a rotation, which may have one key more.
func rotationKeys(more string) []key {
	return []key{
		must("every", "weekly"), must("handoff", "mon 09:00"), must("start", "2026-11-02"), must("people", "[luis, ana]"),
		may("timezone", "America/Argentina/Buenos_Aires"), may("days", "mon-fri"), may("hours", "['09:00-18:00']"), may("until", "2027-03-01"),
		may(more, map[string]string{"name": "night", "layers": "[{…}]"}[more]),
	}
}

func severities() []string { return names(sla.Severities) }

func names[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

func (s section) names() []string {
	out := make([]string, len(s.keys))
	for i, k := range s.keys {
		out[i] = k.name
	}
	return out
}

// line is the section's required keys as one may write them in a list.
func (s section) line() string {
	var out []string
	for _, k := range s.keys {
		if k.must {
			out = append(out, k.example())
		}
	}
	return "[{" + strings.Join(out, ", ") + "}]"
}

// required are the keys that cannot be left out.
func (s section) required() []string {
	var out []string
	for _, k := range s.keys {
		if k.must {
			out = append(out, k.name)
		}
	}
	return out
}

// key finds one of the section's keys.
func (s section) key(name string) (key, bool) {
	for _, k := range s.keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}
