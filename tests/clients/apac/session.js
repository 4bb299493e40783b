// apac, one call a line: {"operation", "parameters"} comes in, what apac understood of the answer goes out.
'use strict'

const readline = require('node:readline')

const [, , packages, port, key, secret] = process.argv
const { OperationHelper } = require(require.resolve('apac', { paths: [packages] }))

// The client has no option for a port of its own.
require('node:http').globalAgent.defaultPort = Number(port)
const helper = new OperationHelper({ awsId: key, awsSecret: secret, assocId: 'mytag-20', endPoint: '127.0.0.1' })

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { operation, parameters } = JSON.parse(line)
    const { result } = await helper.execute(operation, parameters)
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
}

main()
