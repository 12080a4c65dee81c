package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sereno/bot/company"
)

// What the document may ask for: no less than a picture, no more than a disk.
const (
	minSize  = 1 << 10
	maxSize  = 1 << 30
	maxTotal = 1000 << 30
	maxTypes = 200
)

// files reads what is kept of what people attach.
func (v value) files() company.Files {
	out := company.DefaultFiles()
	f, ok := v.fields(filesKeys)
	if !ok {
		return out
	}
	out.MaxSize = f["max_size"].size(maxSize, out.MaxSize)
	out.PerIncident = f["total"].size(maxTotal, out.PerIncident)
	if f["types"].present() {
		out.Types = f["types"].mediaTypes()
	}
	if out.MaxSize > out.PerIncident {
		at := f["total"]
		if !at.present() {
			at = f["max_size"]
		}
		at.wrong(say(lessThanOne, "one", sized(out.MaxSize), "all", sized(out.PerIncident)), say(write, "example", "total: "+sized(2*out.MaxSize)))
	}
	return out
}

var (
	sizeForm  = regexp.MustCompile(`^(\d{1,6})(KB|MB|GB)$`)
	sizeMeant = regexp.MustCompile(`^(\d{1,6}) *([KMG]?)I?B?$`)
	sizeUnits = map[string]int64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
)

// size reads a number of bytes, 1KB to most; def where there is none. A KB is
// 1024 bytes: what any program shows as 25 MB is let in by 25MB.
func (v value) size(most, def int64) int64 {
	s, ok := v.plain()
	if !ok {
		return def
	}
	m := sizeForm.FindStringSubmatch(s)
	if m == nil {
		v.wrong(say(notA, "text", quoted(s), "kind", aSize), sizeInstead(s))
		return def
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // six digits at most
	n *= sizeUnits[m[2]]
	if n < minSize || n > most {
		v.wrong(say(sizeRange, "text", quoted(s), "low", sized(minSize), "high", sized(most)), say(writeSize))
		return def
	}
	return n
}

// sizeInstead corrects what people write most: another case, a space, no unit.
func sizeInstead(s string) phrase {
	switch m := sizeMeant.FindStringSubmatch(strings.ToUpper(s)); {
	case m == nil:
		return say(writeSize)
	case m[2] == "":
		return say(writeEither, "one", m[1]+"KB", "other", m[1]+"MB")
	default:
		return say(write, "example", m[1]+m[2]+"B")
	}
}

// sized writes a size as the document does.
func sized(n int64) string {
	for _, unit := range []string{"GB", "MB", "KB"} {
		if u := sizeUnits[unit]; n >= u && n%u == 0 {
			return strconv.FormatInt(n/u, 10) + unit
		}
	}
	return strconv.FormatInt((n+minSize-1)/minSize, 10) + "KB"
}

var mediaType = regexp.MustCompile(`^([a-z0-9][a-z0-9!#$&^_.+-]{0,126}/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})|\*/\*)$`)

// ofEnding is the media type of files that people know by their ending.
var ofEnding = map[string]string{
	"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml",
	"image": "image/*", "images": "image/*", "text": "text/*", "video": "video/*", "audio": "audio/*",
	"txt": "text/plain", "log": "text/plain", "csv": "text/csv", "html": "text/html", "md": "text/markdown",
	"pdf": "application/pdf", "json": "application/json", "xml": "application/xml", "zip": "application/zip", "gz": "application/gzip",
	"mp4": "video/mp4", "mp3": "audio/mpeg", "": "*/*", "all": "*/*",
}

// mediaTypes reads which files are kept; an empty list keeps none.
func (v value) mediaTypes() []string {
	out := []string{}
	for _, item := range v.atMost(maxTypes).items() {
		s, ok := item.plain()
		if !ok {
			continue
		}
		low := strings.ToLower(s)
		switch known := ofEnding[strings.TrimPrefix(strings.TrimPrefix(low, "*"), ".")]; {
		case slices.Contains(out, s):
			item.wrong(say(listedTwice, "text", quoted(s)), say(keepOne))
		case mediaType.MatchString(s):
			out = append(out, s)
		case mediaType.MatchString(low):
			item.wrong(say(notA, "text", quoted(s), "kind", aMediaType), say(write, "example", low))
		case known != "":
			item.wrong(say(notA, "text", quoted(s), "kind", aMediaType), say(write, "example", known))
		default:
			item.wrong(say(notA, "text", quoted(s), "kind", aMediaType), say(writeMediaType))
		}
	}
	return out
}
