package console

import (
	"fmt"
	"slices"
	"strings"

	"sereno/bot"
	"sereno/bot/incident"
)

// Button is a button that a person could press now.
type Button struct {
	Message string
	bot.Button
}

// person is the name here of who is meant.
func (p *Platform) person(name string) (string, error) {
	if p.directory.people[name] {
		return name, nil
	}
	if id, ok := p.directory.aliases[name]; ok {
		return id, nil
	}
	return "", problem(NoUser, name, "", People(p.directory.company))
}

// Person is the name on the console of the person who has it, or has the key.
func (p *Platform) Person(name string) (string, error) { return p.person(name) }

// place resolves where somebody does something. A thread that names a message
// names its channel too.
func (p *Platform) place(who string, at Place) (user, channel, root string, err error) {
	if user, err = p.person(who); err != nil {
		return "", "", "", err
	}
	channel = at.Channel
	if channel == "" {
		channel = direct(user)
		if m := p.byID[at.Thread]; m != nil {
			channel = m.Channel
		} else if at.Thread != "" {
			if ch, ok := p.channelOf(at.Thread, user); ok {
				channel = ch
			}
		}
	}
	if err := p.mayEnter(user, channel); err != nil {
		return "", "", "", err
	}
	root, err = p.thread(channel, user, at.Thread)
	return user, channel, root, err
}

func (p *Platform) mayEnter(user, channel string) error {
	if _, owner := split(channel); owner == user || owner == "" && p.directory.channels[channel] {
		return nil
	}
	return problem(NoChannel, channel, "", append(Channels(p.directory.company), direct(user)))
}

// thread is the root that is meant by a message's or an incident's id.
func (p *Platform) thread(channel, user, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if m := p.byID[id]; m != nil {
		if m.Channel != channel || !m.visible(user) {
			return "", problem(NoThread, id, channel, p.roots(channel, user))
		}
		return p.root(id)
	}
	if n, ok := incident.ParseID(id); ok {
		if root := p.incidentThread(channel, incident.FormatID(n)); root != "" {
			return root, nil
		}
	}
	return "", problem(NoThread, id, channel, p.roots(channel, user))
}

// Thread is the message at the root of the thread that is meant in the
// channel by a message's or an incident's id.
func (p *Platform) Thread(channel, user, id string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.thread(channel, user, id)
}

// rcaPurpose begins the purpose of every message of an analysis.
const rcaPurpose = "rca"

// incidentThread is where the channel talks about the incident: in the
// customer's channel the thread in which it was reported; in the team's, the
// newest analysis, else the card.
func (p *Platform) incidentThread(channel, id string) string {
	var reported, card, analysis, alone string
	for _, m := range p.messages {
		if m.Channel != channel || m.Incident != id || m.Author != "" || m.Only != "" {
			continue
		}
		switch {
		case m.Thread == "" && strings.HasPrefix(m.Purpose, rcaPurpose):
			analysis = m.ID
		case m.Thread == "" && m.Purpose == "card" && card == "":
			card = m.ID
		case m.Thread != "" && reported == "":
			reported = m.Thread
		case m.Thread == "" && alone == "":
			alone = m.ID
		}
	}
	for _, root := range []string{analysis, card, reported, alone} {
		if root != "" {
			return root
		}
	}
	return ""
}

// channelOf is the channel that somebody means who names an incident's thread
// and no channel: a customer's own, else the first that has one.
func (p *Platform) channelOf(id, user string) (string, bool) {
	n, ok := incident.ParseID(id)
	if !ok {
		return "", false
	}
	for _, channel := range p.directory.reach(user) {
		if p.incidentThread(channel, incident.FormatID(n)) != "" {
			return channel, true
		}
	}
	return "", false
}

func (p *Platform) roots(channel, user string) []string {
	var out []string
	for _, m := range p.messages {
		if m.Channel == channel && m.Thread == "" && m.visible(user) {
			out = append(out, m.ID)
			if m.Incident != "" && !slices.Contains(out, m.Incident) {
				out = append(out, m.Incident)
			}
		}
	}
	return out
}

// seen finds the message if the person can see it.
func (p *Platform) seen(who, id string) (string, *Message, error) {
	user, err := p.person(who)
	if err != nil {
		return "", nil, err
	}
	m := p.byID[id]
	if m == nil || m.Deleted || !m.visible(user) {
		return "", nil, problem(NoMessage, id, "", p.visibleIDs(user))
	}
	return user, m, nil
}

// own finds the person's message; who may be "" for whoever wrote it.
func (p *Platform) own(who, id string) (string, *Message, error) {
	if who == "" && p.byID[id] != nil {
		who = p.byID[id].Author
	}
	if who == "" {
		return "", nil, problem(NoMessage, id, "", p.people())
	}
	user, m, err := p.seen(who, id)
	if err != nil {
		return "", nil, err
	}
	if m.Author != user {
		return "", nil, &Problem{Kind: NotYours, Name: id, Where: m.Author}
	}
	return user, m, nil
}

func (p *Platform) visibleIDs(user string) []string {
	var out []string
	for _, m := range p.messages {
		if !m.Deleted && m.visible(user) {
			out = append(out, m.ID)
		}
	}
	return out
}

// people are the ids of the messages that people wrote.
func (p *Platform) people() []string {
	var out []string
	for _, m := range p.messages {
		if m.Author != "" && !m.Deleted {
			out = append(out, m.ID)
		}
	}
	return out
}

func (m *Message) button(name string) (bot.Button, bool) {
	i := slices.Index(buttonIDs(m), name)
	if i < 0 {
		return bot.Button{}, false
	}
	return m.Body.Buttons[i], true
}

func buttonIDs(m *Message) []string { return ButtonNames(m.Body.Buttons) }

// ButtonNames are what the buttons of a message are pressed by: their ids, and of
// several with one id the second as "id#2".
func ButtonNames(all []bot.Button) []string {
	var out []string
	seen := map[string]int{}
	for _, b := range all {
		seen[b.ID]++
		name := b.ID
		if n := seen[b.ID]; n > 1 {
			name = fmt.Sprintf("%s#%d", b.ID, n)
		}
		out = append(out, name)
	}
	return out
}

// FindButton is the newest message that carries the button and that the person
// can see, narrowed to the incident where one is given. Messages where the
// person belongs come before those where they do not.
func (p *Platform) FindButton(who, button, inc string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, err := p.person(who)
	if err != nil {
		return "", err
	}
	if n, ok := incident.ParseID(inc); ok {
		inc = incident.FormatID(n)
	}
	home := p.directory.home(user)
	best, stranger := "", ""
	var there []string
	for _, m := range p.messages {
		if m.Deleted || !m.visible(user) || inc != "" && !about(m, inc) {
			continue
		}
		_, owner := split(m.Channel)
		mine := owner != "" || home == nil || slices.Contains(home, m.Channel)
		for _, id := range buttonIDs(m) {
			if mine && !slices.Contains(there, id) {
				there = append(there, id)
			}
		}
		if _, ok := m.button(button); !ok {
			continue
		}
		if mine {
			best = m.ID
		} else {
			stranger = m.ID
		}
	}
	if best == "" {
		best = stranger
	}
	if best == "" {
		return "", problem(NoButton, button, "", there)
	}
	return best, nil
}

// FindHiddenButton is the newest message that carries the button, also in
// somebody else's direct conversation, narrowed to the incident and to whom it
// went where those are given. A record of what happened elsewhere may say that
// a colleague pressed it; whether they might is for the bot to say.
func (p *Platform) FindHiddenButton(button, inc, to string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := incident.ParseID(inc); ok {
		inc = incident.FormatID(n)
	}
	for _, m := range slices.Backward(p.messages) {
		if _, ok := m.button(button); ok && !m.Deleted && (inc == "" || about(m, inc)) &&
			(to == "" || to == m.ID || m.Channel == direct(to)) {
			return m.ID, true
		}
	}
	return "", false
}

// about reports whether the message concerns the incident, by itself or by
// what its buttons carry.
func about(m *Message, inc string) bool {
	if m.Incident == inc {
		return true
	}
	return slices.ContainsFunc(m.Body.Buttons, func(b bot.Button) bool {
		return b.Value == inc || strings.HasPrefix(b.Value, inc+":")
	})
}

func (p *Platform) openForm(user, form, inc string) (*OpenForm, error) {
	if n, ok := incident.ParseID(inc); ok {
		inc = incident.FormatID(n)
	}
	var found *OpenForm
	var there []string
	for _, f := range p.forms {
		if f.User != user {
			continue
		}
		there = append(there, f.Form.ID)
		if f.Form.ID == form && (inc == "" || f.Incident == inc || f.Form.Value == inc || strings.HasPrefix(f.Form.Value, inc+":")) {
			found = f
		}
	}
	if found == nil {
		return nil, problem(NoForm, form, user, there)
	}
	return found, nil
}

// home are the channels of a customer's contact; nil for our own people, who
// are at home everywhere.
func (d *directory) home(user string) []string {
	p := d.company.PersonAt(Name, user)
	if p == nil || p.Customer == nil {
		return nil
	}
	out := []string{}
	for _, ch := range p.Customer.Channels {
		if ch.Platform == Name {
			out = append(out, ch.ID)
		}
	}
	return out
}

// reach are the channels in the order in which the person means them.
func (d *directory) reach(user string) []string {
	if home := d.home(user); home != nil {
		return home
	}
	return Channels(d.company)
}

// Locate finds the thread that the person means by a message's or an
// incident's id: in the channel where they are, else where it is.
func (p *Platform) Locate(user, channel, id string) (where, root string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.byID[id]; m != nil && m.visible(user) {
		channel = m.Channel
	} else if root, err := p.thread(channel, user, id); err == nil {
		return channel, root, nil
	} else if other, ok := p.channelOf(id, user); ok {
		channel = other
	}
	root, err = p.thread(channel, user, id)
	return channel, root, err
}
