{
  "name": "@tpmall/__name__",
  "version": "0.1.0",
  "private": true,
  "description": "__description__",
  "license": "Apache-2.0",
  "type": "module",
  "exports": {
    ".": "./src/module.ts",
    "./contract": "./src/contract/index.ts"
  },
  "dependencies": {
    "@tpmall/kernel": "*",
    "@tpmall/platform": "*",
    "zod": "__zod__"
  }
}
