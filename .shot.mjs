import { chromium } from '@playwright/test'
import { readFileSync, existsSync, writeFileSync } from 'node:fs'
const url='http://127.0.0.1:4811'
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox']})
const state='/tmp/flt/state.json'
const mk=async(o)=>{const c=await b.newContext({...o,...(existsSync(state)?{storageState:state}:{}),reducedMotion:'reduce'});return c}
let c=await mk({})
const m=/token=(\S+)/.exec(readFileSync('/tmp/flt/log','utf8'))
let r=await c.request.get(url+'/api/v1/me')
if(!r.ok()){ r=await c.request.post(url+'/api/v1/sign-in',{data:{token:m[1]},headers:{origin:url}}); console.log('signin',r.status()); await c.storageState({path:state}) }
const shots=JSON.parse(process.argv[2])
for(const [name,path,opt={}] of shots){
  const ctx=await mk({viewport:opt.phone?{width:390,height:844}:{width:opt.w??1440,height:900},colorScheme:opt.dark?'dark':'light'})
  const p=await ctx.newPage()
  p.on('pageerror',e=>console.log(name,'ERR',e.message)); p.on('console',m=>{if(m.type()==='error')console.log(name,'CON',m.text())})
  await p.goto(url+path); await p.waitForTimeout(opt.wait??2500)
  for(const s of opt.do??[]){ 
    if(s[0]==='type') { await p.getByRole('combobox').first().focus(); await p.keyboard.type(s[1]) }
    if(s[0]==='key') await p.keyboard.press(s[1])
    if(s[0]==='click') await p.getByRole('button',{name:s[1]}).first().click()
    if(s[0]==='hover') await p.mouse.move(s[1],s[2])
    if(s[0]==='wait') await p.waitForTimeout(s[1])
  }
  await p.waitForTimeout(300)
  await p.screenshot({path:`/tmp/flt/${name}.png`}); await ctx.close()
}
await b.close()
