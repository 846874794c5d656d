package storetest

var (
	historyTests, listTests, postureTests, issueTests, outboxTests, peopleTests, hostileTests, concurrentTests, randomTests []test
)
