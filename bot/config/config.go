// Package config reads the controlled document of the service, sereno.yaml:
// the company (languages, calendars, contracts, customers, teams, people,
// on-call schedules, escalation) and the settings of the process. It finds
// every mistake at once, each with its place and what to write instead.
// docs/configuration.md is the reference of its keys.
//
// Nothing here runs a service or follows a calendar: that is for bot/sla,
// bot/oncall and the core, which get values that are already right.
package config

import (
	_ "embed"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"time"

	"sereno/bot/civil"
	"sereno/bot/company"
	"sereno/bot/emoji"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// Config is a document that was read and found right. It does not change.
type Config struct {
	// Path is the file's name, as it was given.
	Path    string
	Company *company.Company
	// Store is the database: a file of SQLite or the address of a PostgreSQL.
	// It may hold a password: log the Config, not this.
	Store string
	// Listen is the host:port of the HTTP server.
	Listen string
	Log    Log
	// Slack, Discord and Mattermost are nil where the document does not connect
	// them. Several at once are normal.
	Slack      *Slack
	Discord    *Discord
	Mattermost *Mattermost
	// Mail and Heartbeat are nil, Notifiers is empty where there are none.
	Mail      *Mail
	Notifiers []*Notifier
	Heartbeat *Heartbeat
	KB        KB
	// Assistant is nil where there is none.
	Assistant *Assistant

	leaves             []leaf
	places             map[string]position
	lists              []dateList
	promised           []promised
	unworkable, doubts Problems
}

// Unworkable are the policies that can never end before a breach; see
// docs/configuration.md. They are no mistakes of the document: a service runs
// with them, and pages late. A check refuses them.
func (c *Config) Unworkable() Problems { return c.unworkable }

// Log is how the process logs.
type Log struct {
	Level slog.Level
	// Format is "text" or "json".
	Format string
}

// KB is where the articles of the knowledge base come from.
type KB struct {
	// Sources are where the articles are.
	Sources []Source
	// Precision, in (0, 1), is the share of suggestions that are expected to be
	// right; 0 leaves it to the knowledge base.
	Precision float64
	// Confidence, in (0, 1), is the least at which an article is suggested,
	// whatever precision that means; 0 leaves it to Precision.
	Confidence float64
	// Synonyms are groups of words or phrases that stand for each other.
	Synonyms [][]string
}

// String names the document and where it keeps its state, without secrets.
func (c *Config) String() string {
	return fmt.Sprintf("%s (store %s, listen %s)", c.Path, redactDSN(c.Store), c.Listen)
}

// GoString is String: %#v shows no secret either.
func (c *Config) GoString() string { return c.String() }

// LogValue is the configuration for a structured log, without secrets.
func (c *Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("path", c.Path), slog.String("store", redactDSN(c.Store)), slog.String("listen", c.Listen),
		slog.Int("customers", len(c.Company.Customers)), slog.Int("teams", len(c.Company.Teams)), slog.Int("people", len(c.Company.People)),
	)
}

// Option changes how a document is read.
type Option func(*reader)

// KeepReferences leaves ${…} as written, for work that connects to nothing
// (replay, a check on another machine): variables need not be set.
func KeepReferences() Option { return func(r *reader) { r.keep = true } }

// AssistantsAlone is KeepReferences for work that connects to the assistant's endpoint
// and to nothing else: only its part of the document has its variables set.
func AssistantsAlone() Option { return alone("assistant") }

// StoreAlone is KeepReferences for work that reads the store and connects to nothing
// else: only its address has its variables set.
func StoreAlone() Option { return alone("store") }

// alone: of one part of the document the variables are set.
func alone(part string) Option { return func(r *reader) { r.keep, r.alone = true, part } }

// onDisk: the folders that the document names must be there too.
func onDisk(r *reader) { r.disk = true }

// Load reads the document at the path; env looks a variable of the environment
// up, as os.LookupEnv does. The error is Problems when the document has
// mistakes, and an *UnreadableError when it cannot be read.
func Load(path string, env func(string) (string, bool), opts ...Option) (*Config, error) {
	data, err := readDocument(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, env, append(slices.Clone(opts), onDisk)...)
}

// UnreadableError is a document that cannot be read; Err says why.
type UnreadableError struct {
	Path string
	Err  error
}

func (e *UnreadableError) Error() string { return "read configuration: " + e.Err.Error() }

func (e *UnreadableError) Unwrap() error { return e.Err }

func readDocument(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &UnreadableError{path, err}
	}
	defer f.Close() // read only: nothing is lost
	// One byte more than is read tells that the file is too large.
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, &UnreadableError{path, err}
	}
	return data, nil
}

// Parse reads a document from memory; name stands for its path in messages,
// and paths within the document are relative to its folder. Any error is
// Problems.
func Parse(name string, data []byte, env func(string) (string, bool), opts ...Option) (*Config, error) {
	r := newReader(name, env, opts)
	c := &Config{Path: name}
	doc, ok := r.document(data)
	if ok {
		if f, ok := doc.fields(documentKeys); ok {
			r.connects(f)
			r.process(c, f)
			c.Company = r.company(f)
			if len(r.problems) == 0 {
				c.leaves = r.leaves(f)
				c.Company.Duties = dutiesOf(c.leaves)
				c.unworkable, c.doubts = r.unworkable(), r.doubts()
				c.places, c.lists, c.promised = r.places, r.dateLists(), r.promised()
			}
		}
	}
	if len(r.problems) > 0 {
		return nil, r.told()
	}
	return c, nil
}

func newReader(name string, env func(string) (string, bool), opts []Option) *reader {
	r := &reader{
		file: name, env: env,
		channels: map[channel]claimed{}, groups: map[channel]claimed{}, own: map[channel]value{},
		regions: map[string][]civil.Date{}, contents: map[string]string{}, places: map[string]position{}, forms: map[string]*regexp.Regexp{},
	}
	for _, o := range opts {
		o(r)
	}
	return r
}

// LoadCalendars reads nothing but the calendars of the document at the path, for
// work that needs nothing else: what else is wrong with it, or missing from it, is
// not looked at. Its error is as Load's.
func LoadCalendars(path string, env func(string) (string, bool)) ([]*sla.Calendar, error) {
	data, err := readDocument(path)
	if err != nil {
		return nil, err
	}
	r := newReader(path, env, []Option{KeepReferences(), onDisk})
	var out []*sla.Calendar
	if doc, ok := r.document(data); ok {
		known := len(r.problems)
		f, _ := doc.fields(documentKeys)
		r.problems = r.problems[:known]
		r.calendars = entriesOf(f["calendars"], aCalendar, value.calendar)
		for _, x := range r.calendars.all() {
			out = append(out, x.sla)
		}
	}
	if len(r.problems) > 0 {
		return nil, r.told()
	}
	return out, nil
}

// told is the problems as they are handed out.
func (r *reader) told() Problems {
	ps := r.problems.sorted()
	if r.full {
		last := ps[len(ps)-1]
		last.Path, last.Msg = "", Message{say(moreProblems, "max", maxProblems), say(fixFirst)}
		ps = append(ps, last)
	}
	return ps
}

// What holds where the document says nothing.
const (
	defaultGroupWithin = 5 * time.Minute
	defaultCloseAfter  = 72 * time.Hour
	defaultReplyMode   = 30 * time.Minute
)

// company reads everything but the process's settings. What is referred to is
// read before what refers to it.
func (r *reader) company(f map[string]value) *company.Company {
	c := &company.Company{Language: company.English, Zone: time.UTC, Files: f["files"].files(), PublicURL: f["public_url"].publicURL()}
	if head, ok := f["company"].fields(companyKeys); ok {
		c.Name, _ = head["name"].plain()
		c.Language = head["language"].language(c.Language)
		c.Zone = head["timezone"].zone(c.Zone)
	}
	r.zone = c.Zone
	r.calendars = entriesOf(f["calendars"], aCalendar, value.calendar)
	r.contracts = entriesOf(f["contracts"], aContract, func(v value) *contract { return v.contract(c.Zone) })
	r.people = entriesOf(f["people"], aPerson, value.person)
	known := len(r.problems)
	r.schedules = entriesOf(f["schedules"], aSchedule, func(v value) *schedule { return v.schedule(c.Zone) })
	r.policies = entriesOf(f["escalation"], aPolicy, value.policy)
	r.teams = entriesOf(f["teams"], aTeam, func(v value) *team { return v.team(c) })
	r.customers = entriesOf(f["customers"], aCustomer, func(v value) *customer { return v.customer(c) })
	allDutiesKnown := len(r.problems) == known && r.teams.read && r.customers.read
	if q, ok := f["quality"].fields(qualityKeys); ok {
		c.QualityChannels = q["channels"].channels(party{kind: ofQuality})
	}
	f["incidents"].incidents(c)
	c.KB = r.articles
	r.settleSources()
	c.Assistant = r.assists(f["assistant"])
	c.Paging, r.last = f["paging"].paging()
	r.settlePolicies()
	r.settlePeople(c, allDutiesKnown)
	r.checkPaged()
	r.collect(c)
	return c
}

// collect lists what was read, in the order of the document.
func (r *reader) collect(c *company.Company) {
	for _, x := range r.calendars.all() {
		c.Calendars = append(c.Calendars, x.sla)
	}
	for _, x := range r.contracts.all() {
		c.Contracts = append(c.Contracts, x.sla)
	}
	for _, x := range r.schedules.all() {
		c.Schedules = append(c.Schedules, x.is)
	}
	for _, x := range r.policies.all() {
		c.Policies = append(c.Policies, x.is)
	}
	for _, x := range r.teams.all() {
		c.Teams = append(c.Teams, x.is)
	}
	for _, x := range r.customers.all() {
		c.Customers = append(c.Customers, x.is)
	}
}

// incidents reads how reports become incidents and end.
func (v value) incidents(c *company.Company) {
	c.GroupWithin, c.CloseAfter = defaultGroupWithin, defaultCloseAfter
	c.Relay, c.ReplyModeFor = company.RelayAlways, defaultReplyMode
	c.Reactions = map[string]string{"ticket": "open", "eyes": string(incident.Take), "white_check_mark": string(incident.Resolve)}
	f, ok := v.fields(incidentsKeys)
	if !ok {
		return
	}
	if s, ok := f["relay"].oneOf(aRelay, relays); ok {
		c.Relay = company.Relay(s)
	}
	c.ReplyModeFor = f["reply_mode_for"].durationWithin(time.Minute, 24*time.Hour, defaultReplyMode)
	c.GroupWithin = f["group_within"].duration(0, defaultGroupWithin)
	c.CloseAfter = f["close_after"].duration(time.Minute, defaultCloseAfter)
	if f["reactions"].present() {
		c.Reactions = f["reactions"].reactions()
	}
}

// reactions reads which emoji stands for which action. People write the emoji
// itself, or a name of it with or without colons.
func (v value) reactions() map[string]string {
	out := map[string]string{}
	pairs, _ := v.pairs("ticket: open")
	for _, p := range pairs {
		if action, ok := p.oneOf(anAction, reactions); ok {
			name := p.name()
			if short, ok := emoji.Name(name); ok {
				name = short
			}
			out[emoji.Common(name)] = action
		}
	}
	return out
}

//go:embed sample/sereno.yaml
var sample []byte

// Sample is the sample company of the demo, the replay and the tests. Every
// call reads a new one.
func Sample() *Config {
	c, err := Parse("sample/sereno.yaml", sample, func(string) (string, bool) { return "", false })
	if err != nil {
		panic(fmt.Sprintf("the sample company, which is part of the binary: %v", err))
	}
	return c
}
