package config

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// leaf is one value of the document as the audit log tells it.
type leaf struct {
	path, shown string
	// value is what is compared: a secret that changed looks the same.
	value string
}

// absent stands for a value that one of two documents does not have.
const absent = "–"

// Diff tells what changed from one document to the next, one value a line:
// "customers.acme.contract: gold → standard". A value that only one of them
// has reads "–" in the other; secrets are masked, also where they came from
// the environment and the document itself did not change. The order in which
// things are written is no change, that of a list is.
func Diff(old, new *Config) []string {
	now := map[string]leaf{}
	for _, l := range new.leaves {
		now[l.path] = l
	}
	var out []string
	was := map[string]bool{}
	for _, l := range old.leaves {
		was[l.path] = true
		n, still := now[l.path]
		switch {
		case !still:
			out = append(out, line(l.path, l.shown, absent))
		case n.value != l.value:
			out = append(out, line(l.path, l.shown, n.shown))
		}
	}
	for _, l := range new.leaves {
		if !was[l.path] {
			out = append(out, line(l.path, absent, l.shown))
		}
	}
	return out
}

func line(path, old, new string) string { return fmt.Sprintf("%s: %s → %s", path, old, new) }

// leaves lists the document's values, those of the process's settings as they
// came out.
func (r *reader) leaves(f map[string]value) []leaf {
	var out []leaf
	for _, k := range documentKeys.keys {
		if v := f[k.name]; v.present() {
			out = v.leaves(out)
		}
	}
	return out
}

func (v value) leaves(out []leaf) []leaf {
	v.r.places[v.path] = v.at()
	switch v.node.Kind {
	case yaml.MappingNode:
		pairs, _ := v.pairs("")
		if len(pairs) == 0 {
			return append(out, leaf{v.path, "{}", "{}"})
		}
		for _, p := range pairs {
			out = p.leaves(out)
		}
		return out
	case yaml.SequenceNode:
		items := v.items()
		if slices.ContainsFunc(items, func(i value) bool { return i.node.Kind != yaml.ScalarNode }) {
			for _, item := range items {
				out = item.leaves(out)
			}
			return out
		}
		texts := make([]string, len(items))
		for i, item := range items {
			texts[i] = item.node.Value
		}
		list := "[" + strings.Join(texts, ", ") + "]"
		return append(out, leaf{v.path, list, list})
	}
	return append(out, v.leaf())
}

func (v value) leaf() leaf {
	l := leaf{v.path, v.node.Value, v.node.Value}
	if content, ok := v.r.contents[v.path]; ok { // the file is part of the document
		l.shown += " (" + content + ")"
		l.value = l.shown
	}
	head, _, _ := strings.Cut(v.path, ".")
	switch head {
	case "store":
		l.value = v.setting("")
		l.shown = redactDSN(l.value)
	case "listen", "public_url":
		l.value = v.setting("")
		l.shown = l.value
	case mail, "notifiers", "heartbeat", "assistant":
		return v.settingLeaf()
	case slack, discord, mattermost:
		l.value = v.setting("")
		l.shown = l.value
		if strings.HasSuffix(v.path, "token") || strings.HasSuffix(v.path, "secret") {
			l.shown = mask
		}
	}
	if looksSecret(l.shown) {
		l.shown = mask
	}
	return l
}

// dutiesOf tells apart the parts of documents that say who is on call. What only
// one machine's document has, its address or its store, is none of them.
func dutiesOf(leaves []leaf) string {
	h := sha256.New()
	for _, l := range leaves {
		switch head, _, _ := strings.Cut(l.path, "."); head {
		case "people", "teams", "schedules", "paging":
			fmt.Fprintf(h, "%q %q\n", l.path, l.value)
		}
	}
	return fmt.Sprintf("%.16x", h.Sum(nil))
}
