package config

import "strings"

// id reads the platform's id of something. Names change and ids do not, so a
// name is refused, with the place where the id is found.
func (v value) id(p platform, kind idKind) (string, bool) {
	s, ok := v.plain()
	if !ok {
		return "", false
	}
	if p.form != nil && !p.form.MatchString(s) {
		v.wrong(say(notFormed, "text", quoted(s), "notifier", p.name, "form", p.form), say(writeOwnIdentity))
		return s, false
	}
	return s, v.isID(s, p, kind)
}

// isID reports what is not the id that belongs here.
func (v value) isID(s string, p platform, kind idKind) bool {
	form, has := p.ids[kind]
	if !has || form.form.FindString(s) == s {
		return true
	}
	if form.found == nothing { // an address, which says where it is itself
		v.wrong(say(notA, "text", quoted(s), "kind", aMailAddress), say(write, "example", form.example))
		return false
	}
	instead := say(writeID, "example", form.example, "found", form.found)
	// In an address and in a mention the id stands at the end.
	if in := form.form.FindAllString(s, -1); len(in) > 0 {
		instead = say(write, "example", in[len(in)-1])
	}
	switch other, is := p.kindOf(s); {
	case is:
		v.wrong(say(otherID, "text", quoted(s), "other", other.words(), "kind", kind.words()), instead)
	case strings.HasPrefix(s, "#") || strings.HasPrefix(s, "@"):
		v.wrong(say(nameNotID, "text", quoted(s)), instead)
	default:
		v.wrong(say(notAnID, "text", quoted(s), "kind", kind.words(), "platform", p.name), instead)
	}
	return false
}

// ownWorkspace reads the id of a workspace of ours.
func (v value) ownWorkspace(name string) string {
	s := v.setting("")
	if s == "" || v.kept() {
		return s
	}
	for _, p := range platforms {
		if p.name == name && v.isID(s, p, workspaceID) {
			v.r.own[channel{name, s}] = v
		}
	}
	return s
}

// kindOf tells what the text is the id of, where the platform's ids tell.
func (p platform) kindOf(s string) (idKind, bool) {
	for kind := channelID; kind <= groupID; kind++ {
		if p.ids[kind].form.FindString(s) == s {
			return kind, true
		}
	}
	return 0, false
}

// idsByPlatform reads lists of ids of one kind; take is told each, and answers
// whether it counts.
func (v value) idsByPlatform(s section, kind idKind, take func(p platform, id string, at value) bool) map[string][]string {
	f, ok := v.fields(s)
	if !ok {
		return nil
	}
	out := map[string][]string{}
	for _, p := range platforms {
		for _, item := range f[p.name].items() {
			if id, ok := item.id(p, kind); ok && take(p, id, item) {
				out[p.name] = append(out[p.name], id)
			}
		}
	}
	return out
}
