package config

import "sereno/bot/company"

// msg is a message of the catalogue.
type msg int

// template is a message in each language; {name} is a slot for a value.
type template struct{ en, es string }

func (t template) in(lang company.Lang) string {
	if lang == company.Spanish {
		return t.es
	}
	return t.en
}

// The messages. A wrong thing and what to write instead make one together.
const (
	nothing msg = iota

	// Words that messages are made of.
	linePlace
	aWarning
	aText
	aList
	aMapping
	anEmptyValue
	aPerson
	aChannel
	aWorkspace
	aGroup
	aTeam
	aCalendar
	aCustomer
	aContract
	aSchedule
	aPolicy
	aLanguage
	aSeverity
	aRole
	aClock
	aKind
	aChange
	aReopening
	aStart
	aZone
	aDuration
	aDate
	aDay
	anInterval
	aShift
	aHandOff
	aWeekTime
	aWayToReach
	aMailAddress
	aWayOfTLS
	aMethod
	aHeader
	anAction
	aLogLevel
	aLogFormat
	aMode
	aLimit
	aRelay
	aSize
	aStructure
	aUse
	aSwitch
	aSourceFormat
	anArticleKind
	aVisibility
	aMediaType
	ofCustomer
	ofTeam
	ofQuality
	fileMissing
	fileForbidden
	fileEmpty
	fileOther

	// Where an id is found.
	findSlackChannel
	findSlackPerson
	findSlackWorkspace
	findSlackGroup
	findDiscordChannel
	findDiscordPerson
	findDiscordServer
	findDiscordRole
	findMattermostChannel
	findMattermostPerson
	findMattermostRemote
	findMattermostGroup

	// What is wrong: the document as YAML.
	tooLarge
	tooDeep
	tooMany
	aliasLoop
	emptyDocument
	secondDocument
	tabIndent
	notYAML
	colonTooMany
	openBracket
	openQuote
	reservedSign
	noColon
	unknownAlias
	unexpectedHere
	notUTF8
	controlSign
	keyNotText
	mergeKey
	moreProblems

	// What is wrong: keys and kinds of values.
	unknownKey
	duplicateKey
	missingKey
	noValue
	badName
	wrongKind
	emptyList
	listedTwice
	tooManyHere
	notA
	notBetween
	noSuch
	reservedName
	referenceHere

	// What is wrong: times and calendars.
	negative
	tooShort
	tooLong
	noSuchTime
	noSuchDate
	yearHere
	dayTwice
	beginsAtEnd
	endsAtBegin
	overlapping
	seasonsOverlap
	holidayTwice
	regionOrFile
	noSuchRegion
	noHolidayThen
	holidaysUnreadable
	holidaysWrong
	holidaysNone
	awayUnreadable
	awayWrong
	noHours
	neverOpens
	impossibleCalendar

	// What is wrong: contracts.
	targetInDays
	zeroTarget
	noTargets
	nextWithoutFirst
	notAShare
	versionOrder
	workaroundLate
	warningLong
	warningLongHere
	neverMet
	slowlyMet
	impossibleContract

	// What is wrong: people, teams, customers.
	contactOfTwo
	bothSides
	contactWithRole
	customerRole
	idlePerson
	sameIdentity
	unreachable
	reachWithout
	reachElsewhere
	oneEach
	firstWaits
	noChannel
	channelTaken
	groupTaken
	ownWorkspace
	everybodysGroup

	// What is wrong: ids and files.
	notAnID
	nameNotID
	otherID
	sizeRange
	lessThanOne

	// What is wrong: on-call and escalation.
	weekdayHere
	otherWeekday
	stepWithout
	stepWithMany
	whichPolicy
	noTeamSchedule
	noTeamLead
	noLead
	endsBeforeStart
	oneTargetEach
	shareFalls
	afterBreach
	notAPart
	whenWithMany
	zoneWithoutHours
	noWhenHours
	lateFirst
	lateAnyway
	lateBackwards
	neverEnds
	lateAfterAll
	nothingWarns
	noneCounts
	onlyOneWay
	reachUnconnected
	alwaysQuiet
	oneGap
	manyGaps
	onTwice
	holidaysEnd

	// What is wrong: the process's settings. None repeats a value: it may be a secret.
	badStore
	badAddress
	badURL
	noAppToken
	noSigningSecret
	wrongToken
	tokenWithWord
	notBotToken
	shortSecret
	halfLogin
	openPassword
	openKey
	costWithoutPrices
	notAnAmount
	matchesNothing
	badHost
	badMailbox
	badTemplate
	openTemplate
	twoBodies
	badContentType
	badHeader
	ownHeader
	badPattern
	platformsName
	notFormed
	noPublicURL
	openReference
	badReference
	notSet
	setEmpty
	fileUnreadable
	sourceUnreadable
	besidePrecision
	oneAlike
	sourceTwice
	notCheckout
	wikiOnly
	internalCustomers
	ownerContact

	// What to write instead.
	didYouMean
	write
	writeEither
	writeOneOf
	writeOrRemove
	removeKey
	writeBetween
	seeReference
	openSomeDay
	addStepForAll
	beginWith
	writeLess
	writeOut
	oneDocument
	useSpaces
	lookAtLine
	quoteColon
	closeIt
	quoteIt
	writeColon
	saveUTF8
	writeKeyText
	keepOne
	changeOne
	joinThem
	writeName
	writeOtherName
	writeText
	writeList
	writeItself
	writeZone
	writeDuration
	writeTarget
	writeHours
	writeFirst
	orderVersions
	writeEarlier
	writeWarning
	writeWarningToo
	writeShorter
	writeDate
	writeYearlyDate
	writeDays
	writeInterval
	writeCountry
	removeIt
	checkHolidays
	correctLine
	writeWholeDay
	writeShift
	writeOneTarget
	writeLaterDate
	orderSteps
	writeSooner
	connectIt
	writeSecondWay
	fillGap
	changeTurns
	listNextYear
	writeLead
	keepOneContact
	keepOneSide
	writeContacts
	writeDuty
	writeOwnIdentity
	writeOwnChannel
	writeOwnGroup
	writeTheirs
	writeID
	writeSize
	writeMediaType
	writeToken
	writeWithoutWord
	writeBotToken
	makeSecret
	writeOneLine
	writePlaces
	writeEscaped
	writeReference
	setVariable
	checkFile
	makeSource
	writeOwner
	cloneSource
	writeInArticles
	fixFirst

	// messages is how many there are.
	messages
)
