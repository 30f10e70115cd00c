/** The server that this app talks to. */
import { serverBase } from '@/platform/server'
import { transport } from '@/platform/transport'
import { caller } from '@/stores/session'
import { Client } from './client'

export const server = new Client({ base: serverBase(), transport, caller })
